using System.CommandLine;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth pins list|set|remove</c>: what administrators allow of each plugin on this site.</summary>
internal static class PinsCommand
{
    private const string Path = "/api/v1/plugins/system/pins";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var range = new Argument<string>("range") { Description = "A version or a range, for example >=1.4.1" };
        var reason = new Option<string?>("--reason") { Description = "Why, for the users who meet the pin", HelpName = "text" };
        var removed = SlugArgument.Create();
        return new Command("pins", "The site's pins, for administrators")
        {
            runner.Bind(new Command("list", "List them"), ListAsync),
            runner.Bind(
                new Command("set", "Pin a plugin for the whole site") { slug, range, reason },
                (context, cancellationToken) => SetAsync(context, context.Get(slug)!, context.Get(range)!, context.Get(reason), cancellationToken)),
            runner.Bind(
                new Command("remove", "Lift the site's pin of a plugin") { removed },
                (context, cancellationToken) => RemoveAsync(context, context.Get(removed)!, cancellationToken)),
        };
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var pins = (await context.Report.WatchAsync("Asking", host.GetAsync<Pins>(Path, cancellationToken))).List;
        context.Report.Table(
            new PinsOutput(pins), ["PLUGIN", "PIN", "REASON"],
            [.. pins.Select(pin => (IReadOnlyList<string>)[pin.PluginSlug, pin.Pin, pin.Reason ?? ""])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> SetAsync(CommandContext context, string slug, string pin, string? reason, CancellationToken cancellationToken)
    {
        if (!context.IsDryRun)
        {
            var host = await context.HostAsync(cancellationToken);
            await context.Report.WatchAsync($"Pinning {slug}", host.SendAsync(HttpMethod.Put, $"{Path}/{Uri.EscapeDataString(slug)}", new { pin, reason }, cancellationToken));
        }

        context.Report.Result(new PinOutput(slug, pin, context.IsDryRun ? true : null), $"{slug} {(context.IsDryRun ? "would be" : "is")} pinned to {pin} for the whole site.");
        return ExitCode.Done;
    }

    private static async Task<ExitCode> RemoveAsync(CommandContext context, string slug, CancellationToken cancellationToken)
    {
        if (!context.IsDryRun)
        {
            var host = await context.HostAsync(cancellationToken);
            await context.Report.WatchAsync($"Lifting the pin of {slug}", host.SendAsync(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(slug)}", null, cancellationToken));
        }

        context.Report.Result(new PinOutput(slug, null, context.IsDryRun ? true : null), $"The site's pin of {slug} {(context.IsDryRun ? "would be" : "is")} lifted.");
        return ExitCode.Done;
    }

    private sealed record Pins([property: System.Text.Json.Serialization.JsonPropertyName("pins")] IReadOnlyList<SitePin> List);

    private sealed record SitePin(string PluginSlug, string Pin, string? Reason, string? SetBy, DateTimeOffset? SetAt);

    private sealed record PinsOutput(IReadOnlyList<SitePin> Pins) : JsonOutput;

    private sealed record PinOutput(string Slug, string? Pin, bool? DryRun) : JsonOutput;
}
