using System.Globalization;
using Berth.Host.Isolation.Limits;
using Berth.Host.Isolation.Worker;
using Berth.Host.Isolation.Worker.Processes;

namespace Berth.Host.Isolation.Container;

/// <summary>
/// The kernel's counts of a container of podman. Where its control groups are depends on who makes them (podman, systemd, a user's
/// systemd); the kernel says it of the process that podman names. Where nobody makes any, that process and those below it are counted.
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

    /// <summary>What podman's monitor (conmon) leaves in its folder when the kernel ended something of the container for want of memory.</summary>
    private string OutOfMemoryFile => Path.Combine(folder, "oom");

    /// <summary>What it uses; <see langword="null"/> while there is no container. After its end only whether that was for want of memory.</summary>
    public WorkerFigures? Read()
    {
        var figures = Running();
        // The counts go with the container.
        return figures is not { OutOfMemoryKills: > 0 } && File.Exists(OutOfMemoryFile) ? (figures ?? new WorkerFigures(0, TimeSpan.Zero, 0)) with { OutOfMemoryKills = 1 } : figures;
    }

    private WorkerFigures? Running() => (_group ??= FindGroup())?.Read() ?? (Find() is var (process, id) && IsOfContainer(process, id) ? ProcessTree.FiguresOf(process) : null);

    /// <summary>The controllers of which no control group limits it; <see langword="null"/> while there is no container.</summary>
    public IReadOnlyList<string>? Unlimited() => Find() is var (process, id) ? GivenLimits.Missing(ControlGroupLayout.Of(process), id) : null;

    // A number may mean another process by now; the groups of this one have its id in their name.
    private ControlGroup? FindGroup() => Find() is var (process, id) ? groups.Find(process, id) : null;

    private (int Process, string Id)? Find()
    {
        try
        {
            return File.ReadAllText(IdFile(folder)).Trim() is { Length: > 0 } id
                && int.TryParse(File.ReadAllText(ProcessFile(folder)).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                ? (process, id)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not started yet, or ended.
            return null;
        }
    }

    // Without groups what tells it from another process of the same number is what runs it (conmon), which is told the id.
    private static bool IsOfContainer(int process, string id)
    {
        try
        {
            return ProcessTree.ParentOf(process) is { } parent && File.ReadAllText($"/proc/{parent.ToString(CultureInfo.InvariantCulture)}/cmdline").Split('\0').Contains(id, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
