using Personalization.Bench.Storage;

return args is ["storage", .. var rest] ? await StorageBench.Run(rest) : 0;
