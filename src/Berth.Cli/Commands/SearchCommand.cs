using System.CommandLine;
using System.Text.Json;
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
        var sort = new Option<string?>("--sort") { Description = "The order [default: relevance]", HelpName = "relevance|popular|recent|updated|name" };
        sort.AcceptOnlyFromAmong("relevance", "popular", "recent", "updated", "name");
        var category = new Option<string?>("--category") { Description = "Only this category", HelpName = "name" };
        var trust = new Option<string?>("--trust") { Description = "Only this trust level", HelpName = "level" };
        var type = new Option<string?>("--type") { Description = "Only this type", HelpName = "frontend|backend|fullstack" };
        type.AcceptOnlyFromAmong("frontend", "backend", "fullstack");
        var keyword = new Option<string?>("--keyword") { Description = "Only plugins with this keyword", HelpName = "word" };
        return runner.Bind(
            new Command("search", "Search the registry") { words, limit, sort, category, trust, type, keyword },
            (context, cancellationToken) => RunAsync(
                context, string.Join(' ', context.Get(words) ?? []), new SearchFilters(context.Get(sort), context.Get(category), context.Get(trust), context.Get(type), context.Get(keyword)),
                context.Get(limit), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string query, SearchFilters filters, int limit, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var (found, total, facets) = await context.Report.WatchAsync("Searching", registry.SearchAsync(query, filters, limit, cancellationToken));
        context.Report.Table(
            new SearchOutput(query, total, [.. found.Select(p => new Hit(p.Slug, p.DisplayName, p.Description, p.LatestVersion, p.Category, p.Author, p.TrustLevel, p.Downloads, p.Yanked, p.Deprecated))], facets),
            ["PLUGIN", "VERSION", "TRUST", "DOWNLOADS", "DESCRIPTION"],
            [.. found.Select(p => (IReadOnlyList<string>)[p.Slug, p.LatestVersion ?? "", p.TrustLevel ?? "", $"{p.Downloads ?? 0}", p.Shown])]);
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

    private sealed record SearchOutput(string Query, long? Total, IReadOnlyList<Hit> Plugins, JsonElement? Facets) : JsonOutput;

    private sealed record Hit(
        string Slug, string? DisplayName, string? Description, string? LatestVersion, string? Category, string? Author, string? TrustLevel, long? Downloads, bool? Yanked, bool? Deprecated);
}
