using System.CommandLine;
using System.Globalization;
using Berth.Cli.Mirrors;
using Berth.Cli.Output;
using Berth.Cli.Profiles;
using Berth.Packaging.Signing;
using Berth.Packaging.Versioning;

namespace Berth.Cli.Commands;

/// <summary><c>berth mirror</c>: copies plugins of one registry to another, or into a folder; goes on where it was interrupted.</summary>
internal static class MirrorCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var from = new Option<string>("--from") { Description = "The registry to copy from; its token in BERTH_FROM_TOKEN", Required = true, HelpName = "url" };
        var to = new Option<string>("--to") { Description = "The registry to copy to, as the caller, or a folder", Required = true, HelpName = "url|dir" };
        var plugins = new Option<string[]>("--plugins") { Description = "Which plugins: slug or slug@range, separated by commas", HelpName = "list", AllowMultipleArgumentsPerToken = true };
        var all = new Option<bool>("--all") { Description = "All plugins" };
        var since = new Option<string?>("--since") { Description = "Only versions published since this day", HelpName = "yyyy-mm-dd" };
        var keys = new Option<FileInfo?>("--keys") { Description = "A JWK set: copy only versions that one of these keys has signed", HelpName = "file" };
        var parallel = new Option<int>("--parallel") { Description = "Versions at once", DefaultValueFactory = _ => 4, HelpName = "n" };
        parallel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 32)
            {
                result.AddError("--parallel takes 1 to 32.");
            }
        });
        var state = new Option<FileInfo?>("--state") { Description = "The file that remembers what is done [default: berth-mirror.jsonl]", HelpName = "file" };
        return runner.Bind(
            new Command("mirror", "Copy plugins from one registry to another") { from, to, plugins, all, since, keys, parallel, state },
            (context, cancellationToken) => RunAsync(
                context, new Wish(Session.Address(context.Get(from)!), context.Get(to)!, context.Get(plugins) ?? [], context.Get(all), context.Get(since), context.Get(keys), context.Get(parallel), context.Get(state)), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, Wish wish, CancellationToken cancellationToken)
    {
        var wanted = wish.Plugins.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (wish.All == (wanted.Count > 0))
        {
            throw new CommandFailedException(ExitCode.Usage, "client.mirror.what", "Say which plugins: either --all or --plugins.");
        }

        var since = wish.Since is null ? (DateTimeOffset?)null
            : DateTimeOffset.TryParseExact(wish.Since, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) ? day
            : throw new CommandFailedException(ExitCode.Usage, "client.mirror.what", "--since takes a day such as 2026-01-31.");
        var source = new MirrorSource(context.Connect(wish.From, context.Terminal.Variable("BERTH_FROM_TOKEN")), wish.Keys is null ? null : ReadKeys(wish.Keys));
        var isRegistry = Uri.TryCreate(wish.To, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        IMirrorTarget target = isRegistry ? new RegistryTarget(context.Connect(address!, context.OpenSession(wish.To, mayBeNew: true).Token), source.Name) : new FolderTarget(Path.GetFullPath(wish.To));
        var versions = await context.Report.WatchAsync($"Asking {wish.From}", VersionsAsync(source, wish.All ? await source.AllAsync(cancellationToken) : wanted, since, cancellationToken));

        using var journal = context.IsDryRun ? null : new MirrorJournal(wish.State?.FullName ?? "berth-mirror.jsonl");
        var counts = new int[3];
        var failures = new List<CommandFailedException>();
        var again = new List<(MirroredVersion Version, string? Unsigned)>();
        var writing = new Lock();
        await Parallel.ForEachAsync(versions, new ParallelOptions { MaxDegreeOfParallelism = wish.Parallel, CancellationToken = cancellationToken }, async (version, cancellation) =>
        {
            try
            {
                var (outcome, left, unsigned) = await OneAsync(source, target, wish.To, journal, version, cancellation);
                lock (writing)
                {
                    counts[(int)outcome]++;
                    if (left is not null)
                    {
                        again.Add((version, unsigned));
                    }

                    if (outcome != MirrorState.Unchanged)
                    {
                        context.Report.Say($"{(outcome == MirrorState.WouldCopy ? "Would copy" : "Copied")} {version.Slug} {version.Version}.");
                    }
                }
            }
            catch (CommandFailedException failure)
            {
                lock (writing)
                {
                    context.Report.Failure(failure);
                    failures.Add(failure);
                }
            }
        });

        // What names another plugin may have had to wait for that one.
        foreach (var (version, unsigned) in again)
        {
            if (await CarryAsync(target, wish.To, journal!, version, unsigned, cancellationToken) is { } left)
            {
                context.Report.Warn(left);
            }
        }

        var keys = journal is null ? MirroredKeys.None : await FollowKeysAsync(context, source, target, cancellationToken);
        context.Report.Result(
            new MirrorOutput(wish.From.ToString(), wish.To, context.IsDryRun, counts[0], counts[1], counts[2], failures.Count, keys.Retired, keys.Revoked),
            $"{versions.Count} versions: {counts[0]} copied, {counts[1]} there before{(context.IsDryRun ? $", {counts[2]} would be copied" : "")}, {failures.Count} failed.");
        return failures.Count == 0 ? ExitCode.Done : failures.Count < versions.Count ? ExitCode.Partly : failures[0].Exit;
    }

    /// <summary>After the packages: what comes with a key that was retired is taken first.</summary>
    private static async Task<MirroredKeys> FollowKeysAsync(CommandContext context, MirrorSource source, IMirrorTarget target, CancellationToken cancellationToken)
    {
        MirroredKeys keys;
        try
        {
            keys = await target.FollowKeysAsync(await source.KeysThatAreOverAsync(cancellationToken), cancellationToken);
        }
        catch (CommandFailedException problem)
        {
            context.Report.Warn($"The keys could not be compared with those of the source ({problem.Message}). The next run does it.");
            return MirroredKeys.None;
        }

        foreach (var (kid, what) in keys.Retired.Select(kid => (kid, "Retired")).Concat(keys.Revoked.Select(kid => (kid, "Revoked"))))
        {
            context.Report.Say($"{what} the key {kid}, as its registry has.");
        }

        foreach (var left in keys.Left)
        {
            context.Report.Warn(left);
        }

        return keys;
    }

    private static async Task<(MirrorState State, string? Left, string? Unsigned)> OneAsync(
        MirrorSource source, IMirrorTarget target, string name, MirrorJournal? journal, MirroredVersion version, CancellationToken cancellationToken)
    {
        if (journal?.IsDone(name, version) is true)
        {
            return (MirrorState.Unchanged, null, null);
        }

        var isThere = await target.HasAsync(version, cancellationToken);
        if (journal is null)
        {
            return (isThere ? MirrorState.Unchanged : MirrorState.WouldCopy, null, null);
        }

        var signatures = await source.SignaturesAsync(version, cancellationToken);
        string? unsigned = null;
        if (isThere)
        {
            // A run that was interrupted may have left the package without them.
            unsigned = signatures is null ? null : await target.SignAsync(version, signatures, cancellationToken);
        }
        else
        {
            var file = new FileInfo(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
            try
            {
                await source.DownloadAsync(version, file, signatures, cancellationToken);
                unsigned = await target.PutAsync(version, file, signatures, cancellationToken);
            }
            finally
            {
                file.Delete();
            }
        }

        var left = await CarryAsync(target, name, journal, version, unsigned, cancellationToken);
        return (isThere ? MirrorState.Unchanged : MirrorState.Copied, left, unsigned);
    }

    private static async Task<string?> CarryAsync(IMirrorTarget target, string name, MirrorJournal journal, MirroredVersion version, string? unsigned, CancellationToken cancellationToken)
    {
        var left = await target.CarryAsync(version, new MirrorMemory(journal, name, version), cancellationToken) is { } states ? $"{unsigned} {states}".Trim() : unsigned;
        if (left is null)
        {
            journal.Done(name, version);
        }

        return left;
    }

    private static async Task<IReadOnlyList<MirroredVersion>> VersionsAsync(MirrorSource source, IReadOnlyList<string> wanted, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        var versions = new List<MirroredVersion>();
        foreach (var text in wanted)
        {
            var parts = text.Split('@', 2);
            VersionRange? range = null;
            if (parts.Length == 2 && !VersionRange.TryParse(parts[1], out range))
            {
                throw new CommandFailedException(ExitCode.Usage, "client.mirror.what", $"'{parts[1]}' is no version and no range.");
            }

            versions.AddRange(await source.VersionsAsync(parts[0], range, since, cancellationToken));
        }

        return versions;
    }

    /// <summary>A JWK set from a file.</summary>
    internal static IReadOnlyDictionary<string, VerificationKey> ReadKeys(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.");
        }

        var reading = JsonWebKeySet.Read(File.ReadAllBytes(file.FullName));
        return reading.Key is { } set
            ? set.Keys.Values.DistinctBy(key => key.Thumbprint).ToDictionary(key => key.Thumbprint)
            : throw new CommandFailedException(ExitCode.Refused, reading.Fault!.Code, $"{file.FullName}: {reading.Fault.Reason}");
    }

    private sealed record Wish(Uri From, string To, string[] Plugins, bool All, string? Since, FileInfo? Keys, int Parallel, FileInfo? State);

    private sealed record MirrorOutput(string From, string To, bool DryRun, int Copied, int Unchanged, int WouldCopy, int Failed, IReadOnlyList<string> KeysRetired, IReadOnlyList<string> KeysRevoked) : JsonOutput;
}
