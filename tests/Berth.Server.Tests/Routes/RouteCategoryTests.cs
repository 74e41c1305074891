using System.Globalization;
using Berth.Packaging.Versioning;
using Berth.Registry.Publishing;
using Berth.Server.RateLimiting;

namespace Berth.Server.Tests.Routes;

/// <summary>The table of routes of both applications: each has a category of limits, and none hides behind another.</summary>
public sealed class RouteCategoryTests(RoutesFixture fixture) : IClassFixture<RoutesFixture>
{
    private const string Begin = "<!-- routes: made by the tests -->";
    private const string End = "<!-- end of routes -->";

    [Fact]
    public void Every_route_has_a_category() =>
        fixture.Routes.Where(route => route.Category is null).Select(route => route.ToString()).ShouldBeEmpty("map it with WithBerthPolicies(), or name its category");

    [Fact]
    public void What_is_not_limited_is_listed_here_and_nothing_else()
    {
        string[] open = ["/health/live", "/health/ready", "/metrics", "/openapi/v1.json", "/p/{slug}/{**path}", "/api/v1/public/plugins/{pluginId}/{**path}"];
        fixture.Routes.Where(route => route.Category == RateCategory.None).Select(route => route.Template).Distinct().Except(open).ShouldBeEmpty();
    }

    [Fact]
    public void What_only_administrators_may_do_counts_as_such() =>
        fixture.Routes.Where(route => route.NeedsAdministrator && route.Template != "/metrics").Where(route => route.Category is not RateCategory.Admin).ShouldBeEmpty();

    [Fact]
    public async Task The_page_of_the_limits_has_every_route()
    {
        var page = Path.Combine(Root(), "docs", "rate-limits.md");
        var text = await File.ReadAllTextAsync(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        begin.ShouldBeGreaterThan(0);
        end.ShouldBeGreaterThan(begin);
        var expected = text[..(begin + Begin.Length)] + "\n" + Table() + text[end..];
        if (text != expected)
            await File.WriteAllTextAsync(Path.ChangeExtension(page, ".received.txt"), expected);
        text.ShouldBe(expected, "the table is made from the routes: copy docs/rate-limits.received.txt over docs/rate-limits.md");
    }

    [Fact]
    public void R62_No_route_hides_behind_a_parameter_of_another()
    {
        var hidden = new List<string>();
        var compared = 0;
        foreach (var application in fixture.Routes.GroupBy(route => route.IsRegistry))
        {
            var routes = application.Select(route => (Route: route, Segments: route.Template.Trim('/').Split('/'))).ToList();
            foreach (var (literal, literals) in routes)
            {
                foreach (var (open, parameters) in routes.Where(other => other.Segments.Length == literals.Length))
                {
                    if (!literals.Zip(parameters).All(pair => IsParameter(pair.First) || IsParameter(pair.Second) || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase)))
                        continue;
                    for (var i = 0; i < literals.Length; i++)
                    {
                        if (IsParameter(literals[i]) || !IsParameter(parameters[i]))
                            continue;
                        compared++;
                        if (CouldBe(parameters[i].Trim('{', '}'), literals[i]))
                            hidden.Add($"'{literals[i]}' of {literal} could be the {parameters[i]} of {open}: add it to ReservedSlugs, or name the route otherwise");
                    }
                }
            }
        }

        compared.ShouldBeGreaterThan(20, "too few pairs were compared to prove anything");
        hidden.Distinct(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public async Task R62_Routing_finds_the_literal_route_before_the_parameter()
    {
        using var registry = fixture.Server.Registry();
        using var search = await registry.GetAsync("/api/v1/plugins/search?q=clock");
        (await search.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("total_count", out _).ShouldBeTrue("that is the search, not a plugin named 'search'");
        using var levels = await registry.GetAsync("/api/v1/trust/levels");
        (await levels.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("levels", out _).ShouldBeTrue();
        using var available = await fixture.Server.Host().GetAsync("/api/v1/plugins/updates/available");
        (await available.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").TryGetProperty("available_updates", out _).ShouldBeTrue();
    }

    /// <summary>Whether a value of the parameter may be just this word.</summary>
    private static bool CouldBe(string parameter, string word) => parameter.TrimStart('*') switch
    {
        "version" => SemanticVersion.TryParse(word, out _),
        // Whoever asks by a plugin's id may also ask by its slug.
        "slug" or "pluginId" => word.Length > 1 && char.IsAsciiLetter(word[0]) && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && ReservedSlugs.Check(word) is null,
        // Ids are hexadecimal, codes are long and random.
        _ => word.Length >= 32,
    };

    private static bool IsParameter(string segment) => segment.StartsWith('{');

    private string Table()
    {
        var rows = fixture.Routes
            .Where(route => !route.Template.StartsWith("/api/plugins", StringComparison.Ordinal) && route.Method != "HEAD" && route.Method != "OPTIONS")
            .GroupBy(route => (route.Template, route.Category))
            .Select(group => (
                group.Key.Template, Category: group.Key.Category!.Value,
                Methods: string.Join(' ', group.Select(route => route.Method).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
                At: string.Join(", ", group.Select(route => route.IsRegistry ? "registry" : "host").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))))
            .OrderBy(row => row.Template, StringComparer.Ordinal).ThenBy(row => row.Category).ThenBy(row => row.At, StringComparer.Ordinal);
        var table = new StringBuilder("\n| route | methods | at | category |\n|---|---|---|---|\n");
        foreach (var row in rows)
            table.Append(CultureInfo.InvariantCulture, $"| `{row.Template}` | {row.Methods} | {row.At} | {(row.Category == RateCategory.None ? "–" : RateLimitSettings.NameOf(row.Category))} |\n");
        return table.Append('\n').ToString();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
