namespace Personalization.Tests;
