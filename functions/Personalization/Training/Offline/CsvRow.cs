using System.Text;

namespace Personalization.Training.Offline;

/// <summary>One line of comma-separated values as RFC 4180 has them, but that a value holds no line break.</summary>
internal static class CsvRow
{
    /// <summary>Null where quotes do not end or something follows them.</summary>
    public static bool Split(string line, List<string> into)
    {
        into.Clear();
        var at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                if (!Quoted(line, ref at, into)) return false;
            }
            else
            {
                var end = line.IndexOf(',', at);
                if (end < 0) end = line.Length;
                into.Add(line[at..end]);
                at = end;
            }

            if (at == line.Length) return true;
            if (line[at++] != ',') return false;
        }
    }

    private static bool Quoted(string line, ref int at, List<string> into)
    {
        var value = new StringBuilder();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"') value.Append(line[at]);
            else if (at + 1 < line.Length && line[at + 1] == '"') value.Append(line[at++]);
            else
            {
                at++;
                into.Add(value.ToString());
                return true;
            }
        }

        return false;
    }
}
