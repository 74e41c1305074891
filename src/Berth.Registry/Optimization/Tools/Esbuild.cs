using System.ComponentModel;

namespace Berth.Registry.Optimization.Tools;

/// <summary>esbuild's native binary, in a process of its own for each use. Nothing of a plugin is run.</summary>
internal sealed class Esbuild(EsbuildLocation location)
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    // What both ways of use have in common. Neither a tsconfig.json nor a package.json of a stranger says anything here, and
    // annotations of purity only where bundling asks for them.
    private static readonly string[] Common =
        ["--log-level=error", "--log-limit=5", "--color=false", "--charset=utf8", "--target=es2022", "--tsconfig-raw={}", "--outdir=out", "--outbase=in", "--allow-overwrite"];

    private (string? Version, string Reason)? _found;
    private ToolCage _cage = ToolCage.None;

    /// <summary>What keeps it from the rest of the machine, once it was probed.</summary>
    public ToolCage Cage => _cage;

    /// <summary>Its version, or <see langword="null"/> with the reason why it cannot be used.</summary>
    public async Task<(string? Version, string Reason)> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_found is { Version: not null } found && File.Exists(location.Find().Path))
            return found;
        _found = await LookAsync(cancellationToken);
        return _found.Value;
    }

    /// <summary>Writes each file shorter, on its own.</summary>
    /// <returns>The results by path, or <see langword="null"/> with what esbuild said.</returns>
    public async Task<(IReadOnlyDictionary<string, byte[]>? Files, string Reason)> MinifyAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        // A run has one extension for all that it writes.
        foreach (var group in files.GroupBy(file => Path.GetExtension(file.Key), StringComparer.Ordinal))
        {
            var (written, reason) = await RunAsync(
                group.ToDictionary(StringComparer.Ordinal),
                ["--minify", "--legal-comments=inline", $"--out-extension:.js={group.Key}", .. group.Select(file => "in/" + file.Key)], cancellationToken);
            if (written is null)
                return (null, reason);
            foreach (var (path, content) in written)
                all[path] = content;
        }

        return (all, "");
    }

    /// <summary>
    /// Writes style sheets without spaces and comments that say nothing; rules and values stay as they are. A sheet with a syntax
    /// error, which browsers would skip over, is refused.
    /// </summary>
    /// <returns>The results by path, or <see langword="null"/> with what esbuild said.</returns>
    public Task<(IReadOnlyDictionary<string, byte[]>? Files, string Reason)> MinifyStylesAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken) =>
        RunAsync(files, ["--minify-whitespace", "--legal-comments=inline", "--log-override:css-syntax-error=error", .. files.Keys.Select(path => "in/" + path)], cancellationToken);

    /// <summary>Whether a path can be an argument: some characters make patterns or pairs of it.</summary>
    public static bool TakesName(string path) => path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '@' or '+' or '~' or '-' or ' ');

    /// <summary>Joins an entry with what it imports from the same package; everything else stays an import.</summary>
    /// <param name="files">Exactly the files that may be read.</param>
    /// <param name="entry">One of them; keeps its name.</param>
    /// <param name="minify">Whether the result is written shorter.</param>
    public Task<(IReadOnlyDictionary<string, byte[]>? Files, string Reason)> BundleAsync(
        IReadOnlyDictionary<string, byte[]> files, string entry, bool minify, CancellationToken cancellationToken)
    {
        var folder = entry[..(entry.LastIndexOf('/') + 1)];
        List<string> arguments =
        [
            "--bundle", "--format=esm", "--splitting", "--tree-shaking=true", "--packages=external", "--external:http://*", "--external:https://*",
            "--external:data:*", "--external:blob:*", "--legal-comments=eof", "--platform=browser", $"--chunk-names={folder}[name]-[hash]", $"--out-extension:.js={Path.GetExtension(entry)}", "in/" + entry,
        ];
        if (minify)
            arguments.Insert(0, "--minify");
        return RunAsync(files, arguments, cancellationToken);
    }

    private async Task<(string? Version, string Reason)> LookAsync(CancellationToken cancellationToken)
    {
        if (location.Find() is not { Path: { } program } found)
            return (null, location.Find().Reason);
        var reason = "";
        // The narrowest that works on this machine: where user namespaces are forbidden, not all do.
        foreach (var cage in ToolCage.Narrowest())
        {
            (var version, reason) = await AskAsync(program, cage, cancellationToken);
            if (version is null)
                continue;
            _cage = cage;
            return (version, found.Reason);
        }

        return (null, reason);
    }

    private static async Task<(string? Version, string Reason)> AskAsync(string program, ToolCage cage, CancellationToken cancellationToken)
    {
        try
        {
            using var folder = new WorkFolder();
            var outcome = await LimitedProcess.RunAsync(program, ["--version"], folder.Path, cage, TimeSpan.FromSeconds(10), cancellationToken);
            var version = outcome.Output.Trim();
            return outcome.ExitCode == 0 && version is { Length: > 0 and < 40 } && char.IsAsciiDigit(version[0])
                ? (version, "")
                : (null, $"esbuild cannot be used: it ended with {outcome.ExitCode} when it was asked for its version.");
        }
        catch (Exception exception) when (exception is Win32Exception or ToolTimeoutException or IOException)
        {
            return (null, $"esbuild cannot be used: {exception.Message}");
        }
    }

    private async Task<(IReadOnlyDictionary<string, byte[]>? Files, string Reason)> RunAsync(
        IReadOnlyDictionary<string, byte[]> files, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        if (location.Find() is not { Path: { } program } found)
            return (null, location.Find().Reason);
        using var folder = new WorkFolder();
        foreach (var (path, content) in files)
            await folder.WriteAsync("in/" + path, content, cancellationToken);
        try
        {
            var outcome = await LimitedProcess.RunAsync(program, [.. Common, .. arguments], folder.Path, _cage, TimeLimit, cancellationToken);
            return outcome.ExitCode == 0
                ? (await folder.ReadAllAsync("out", cancellationToken), found.Reason)
                : (null, $"esbuild ended with {outcome.ExitCode}: {FirstLine(outcome.Error)}");
        }
        catch (Exception exception) when (exception is Win32Exception or ToolTimeoutException)
        {
            return (null, exception.Message);
        }
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim() is { Length: > 0 } line ? line[..Math.Min(line.Length, 300)] : "it said nothing.";
}
