using System.CommandLine;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Compatibility;

namespace Berth.Cli.Commands;

/// <summary><c>berth compat OLD NEW</c>: what breaks between two packages, without asking anybody. Exit 9 when something does and the number hides it.</summary>
internal static class CompatCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var older = new Argument<FileInfo>("old") { Description = "The older package (.berth)" };
        var newer = new Argument<FileInfo>("new") { Description = "The newer package (.berth)" };
        return runner.Bind(
            new Command("compat", "Name what breaks between two packages, and whether the version number says so") { older, newer },
            (context, cancellationToken) => RunAsync(context, context.Get(older)!, context.Get(newer)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileInfo older, FileInfo newer, CancellationToken cancellationToken)
    {
        await using var from = Open(older);
        await using var to = Open(newer);
        switch (await context.Report.WatchAsync("Comparing", PackageComparer.CompareAsync(from, to, PackageLimits.Default, cancellationToken)))
        {
            case CompatibilityOutcome.Unreadable unreadable:
                throw PackageVerdict.Refusal(new PackageReadOutcome(null, unreadable.Faults), (unreadable.IsFirst ? older : newer).FullName);
            case CompatibilityOutcome.OtherPlugin other:
                throw new CommandFailedException(
                    ExitCode.Refused, "compatibility.other_plugin", $"The packages are of two plugins: {other.First} and {other.Second}.", "Name two versions of one plugin.");
            case CompatibilityOutcome.Compared { Report: var report }:
                context.Report.Data(Output(report), Lines(report));
                return report.IsHonest ? ExitCode.Done : ExitCode.Difference;
            default:
                throw new InvalidOperationException("Unknown outcome.");
        }
    }

    private static IEnumerable<string> Lines(CompatibilityReport report)
    {
        foreach (var change in report.Changes)
        {
            yield return $"{change.Severity.ToString().ToLowerInvariant()} {change.Code}: {change.Message}";
        }

        yield return report switch
        {
            { Changes.Count: 0 } => $"{report.Slug} {report.From} and {report.To} look the same to who uses them.",
            { IsCompatible: true } => $"Nothing breaks from {report.From} to {report.To}.",
            { IsHonest: true } => $"{report.To} breaks what {report.From} promised, and its number says so.",
            _ => $"{report.To} breaks what {report.From} promised, and its number does not say so: raise the {report.Needs.ToString().ToLowerInvariant()} number.",
        };
    }

    private static CompatOutput Output(CompatibilityReport report) => new(
        report.Slug, report.From.ToString(), report.To.ToString(), report.IsCompatible, report.IsHonest,
        report.Declares.ToString().ToLowerInvariant(), report.Needs.ToString().ToLowerInvariant(),
        [.. report.Changes.Select(change => new Change(change.Severity.ToString().ToLowerInvariant(), change.Code, change.Subject, change.Message))]);

    private static FileStream Open(FileInfo file) =>
        file.Exists
            ? file.OpenRead()
            : throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.", "Make a package with `berth pack DIR`.");

    private sealed record CompatOutput(
        string Slug, string From, string To, bool Compatible, bool Honest, string Declares, string Needs, IReadOnlyList<Change> Changes) : JsonOutput;

    private sealed record Change(string Severity, string Code, string Subject, string Message);
}
