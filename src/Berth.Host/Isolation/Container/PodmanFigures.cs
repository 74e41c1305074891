using System.Globalization;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Container;

/// <summary>
/// The kernel's counts of a container of podman. Where its control groups are depends on who makes them (podman, systemd, a user's
/// systemd); the kernel says it of the process that podman names.
/// </summary>
/// <param name="folder">Where podman writes the container's id and its process.</param>
/// <param name="groups">The machine's.</param>
internal sealed class PodmanFigures(string folder, ControlGroups groups)
{
    private ControlGroup? _group;

    /// <summary>The file with the id.</summary>
    public static string IdFile(string folder) => Path.Combine(folder, "id");

    /// <summary>The file with the number of the first process.</summary>
    public static string ProcessFile(string folder) => Path.Combine(folder, "process");

    public WorkerFigures? Read() => (_group ??= Find())?.Read();

    private ControlGroup? Find()
    {
        try
        {
            // A number may mean another process by now; the groups of this one have its id in their name.
            return File.ReadAllText(IdFile(folder)).Trim() is { Length: > 0 } id
                && int.TryParse(File.ReadAllText(ProcessFile(folder)).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                ? groups.Find(process, id)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not started yet, or ended.
            return null;
        }
    }
}
