using System.Diagnostics;
using System.Globalization;

namespace Berth.Host.Isolation.Limits;

/// <summary>A folder of the control group file system.</summary>
internal static class ControlGroupFolder
{
    /// <summary>Writes a setting.</summary>
    public static void Write(string folder, string file, string value) => File.WriteAllText(Path.Combine(folder, file), value);

    /// <summary>Writes a setting that not every kernel has.</summary>
    public static void WriteIfThere(string folder, string file, string value)
    {
        if (!File.Exists(Path.Combine(folder, file)))
            return;
        try
        {
            Write(folder, file, value);
        }
        catch (IOException)
        {
            // Known and not switched on, as swap accounting often is.
        }
    }

    /// <summary>A number as the kernel writes it.</summary>
    public static long Number(string text) => long.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);

    /// <summary>Writes a number as the kernel reads it.</summary>
    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Ends its processes and removes it; the kernel needs a moment to let the last one go.</summary>
    public static async Task RemoveAsync(string folder, int tries, TimeSpan pause)
    {
        for (var i = 0; i < tries && Directory.Exists(folder); i++)
        {
            End(folder);
            try
            {
                Directory.Delete(folder);
                return;
            }
            catch (IOException) when (i + 1 < tries)
            {
                await Task.Delay(pause);
            }
        }
    }

    private static void End(string folder)
    {
        WriteIfThere(folder, "cgroup.kill", "1");
        var members = Path.Combine(folder, "cgroup.procs");
        if (!File.Exists(members))
            return;
        foreach (var id in File.ReadAllLines(members))
        {
            try
            {
                using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
                process.Kill();
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ended by itself.
            }
        }
    }
}
