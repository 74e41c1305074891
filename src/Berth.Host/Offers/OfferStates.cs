using System.Runtime.InteropServices;
using Berth.Host.Isolation;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Offers;

/// <summary>Looks at what is offered with the host's own rights, and changes nothing.</summary>
internal sealed partial class OfferStates(HostOptions options, IIsolationLevels levels, TimeProvider time) : IOfferStates
{
    private const int MayRead = 4;
    private const int MayWrite = 2;
    private const int MayPass = 1;

    // A disk elsewhere may have gone, and then every question about it hangs.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<OfferState>> LookAsync(CancellationToken cancellationToken = default) =>
        await Task.WhenAll(
        [
            .. options.PluginFolders.Select(folder => LookAsync("folder", folder.Name, folder.Path, folder.IsWritable ? "write" : "read", () => Problem(folder), cancellationToken)),
            .. options.PluginPrograms.Select(program => LookAsync("program", program.Name, program.Path, "run", () => Problem(program), cancellationToken)),
        ]);

    private async Task<OfferState> LookAsync(string kind, string name, string path, string access, Func<(string Reason, string Remedy)?> look, CancellationToken cancellationToken)
    {
        (string Reason, string Remedy)? problem;
        try
        {
            problem = await Task.Run(look, cancellationToken).WaitAsync(Longest, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            problem = ($"It did not answer within {Longest.TotalSeconds:0} seconds.", "Look whether the disk that it is on is there.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = ($"It cannot be looked at: {exception.Message}", "Look at the rights of the folders above it and at the disk.");
        }

        return new OfferState(kind, name, path, access, problem?.Reason, problem?.Remedy);
    }

    private static (string Reason, string Remedy)? Problem(OfferedFolder folder)
    {
        if (!Directory.Exists(folder.Path))
            return ("There is no such folder.", $"Make it, mount what it is on, or take '{folder.Name}' out of BERTH_PLUGIN_FOLDERS.");
        if (!May(folder.Path, MayRead | MayPass))
            return ("The host's user may not read there.", $"Give it the right (chmod, or a group), or take '{folder.Name}' out of BERTH_PLUGIN_FOLDERS.");
        return folder.IsWritable && !May(folder.Path, MayWrite)
            ? ("It is offered for writing, and the host's user may not write there, or the disk is read-only.", $"Give it the right, or offer '{folder.Name}' without ':rw'.")
            : null;
    }

    private (string Reason, string Remedy)? Problem(OfferedProgram program)
    {
        if (!File.Exists(program.Path))
            return ("There is no such program.", $"Install it, or take '{program.Name}' out of BERTH_PLUGIN_PROGRAMS.");
        if (!May(program.Path, MayRead | MayPass))
            return ("It cannot be run.", $"Give the right to (chmod a+rx {program.Path}), or take '{program.Name}' out of BERTH_PLUGIN_PROGRAMS.");
        // Where the host is root, a program runs as a user of its own.
        if (Environment.IsPrivilegedProcess && ReadableToOthers.Obstacle(program.Path) is { } obstacle)
            return ($"It runs as a user of its own, and {obstacle} is closed to others.", $"Open it (chmod o+rx {obstacle}), or offer '{program.Name}' from another place.");
        return levels.Of(IsolationLevels.Sandbox) is { IsAvailable: false } missing
            ? ($"A program runs in a sandbox, which this machine does not give: {missing.Reason}", missing.Remedy ?? "See docs/isolation.md.")
            : null;
    }

    private static bool May(string path, int rights) => !OperatingSystem.IsLinux() || Access(path, rights) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int rights);
}
