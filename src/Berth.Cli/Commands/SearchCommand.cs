using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth search WORDS</c>: what the registry has.</summary>
internal static class SearchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var words = new Argument<string[]>("words") { Description = "What to look for; everything when absent", Arity = ArgumentArity.ZeroOrMore };
        var limit = new Option<int>("--limit") { Description = "At most this many results", DefaultValueFactory = _ => 20, HelpName = "n" };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1000)
            {
                result.AddError("--limit takes 1 to 1000.");
            }
        });
        return runner.Bind(
            new Command("search", "Search the registry") { words, limit },
            (context, cancellationToken) => RunAsync(context, string.Join(' ', context.Get(words) ?? []), context.Get(limit), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string query, int limit, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var (found, total) = await context.Report.WatchAsync("Searching", registry.SearchAsync(query, limit, cancellationToken));
        context.Report.Table(
            new SearchOutput(query, total, [.. found.Select(p => new Hit(p.Slug, p.DisplayName, p.Description, p.LatestVersion, p.Category, p.Author, p.TrustLevel, p.Downloads))]),
            ["PLUGIN", "VERSION", "TRUST", "DOWNLOADS", "DESCRIPTION"],
            [.. found.Select(p => (IReadOnlyList<string>)[p.Slug, p.LatestVersion ?? "", p.TrustLevel ?? "", $"{p.Downloads ?? 0}", p.Description ?? ""])]);
        if (found.Count == 0)
        {
            context.Report.Say("Nothing found.");
        }
        else if (total > found.Count)
        {
            context.Report.Say($"{found.Count} of {total}. More with --limit.");
        }

        return ExitCode.Done;
    }

    private sealed record SearchOutput(string Query, long? Total, IReadOnlyList<Hit> Plugins) : JsonOutput;

    private sealed record Hit(
        string Slug, string? DisplayName, string? Description, string? LatestVersion, string? Category, string? Author, string? TrustLevel, long? Downloads);
}
