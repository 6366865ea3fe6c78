using System.Globalization;

namespace Personalization.Functions.Hosting.Runner;

/// <summary>When each timer function last ran: one small file each, replaced whole, so that a crash leaves the old or the new.</summary>
internal sealed class TimerRecord(string directory)
{
    public DateTimeOffset? Last(string function)
    {
        try
        {
            return DateTimeOffset.TryParseExact(File.ReadAllText(PathOf(function)), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? last : null;
        }
        catch (IOException) { return null; }
    }

    public bool Save(string function, DateTimeOffset ran)
    {
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(PathOf(function) + ".new", ran.ToString("O"));
            File.Move(PathOf(function) + ".new", PathOf(function), overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return false; }
    }

    private string PathOf(string function) => Path.Combine(directory, function);
}
