using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth variant SLUG [original|optimized]</c>: which front-end files of one of your plugins are served to you.</summary>
internal static class VariantCommand
{
    private const string Original = "original";
    private const string Optimized = "optimized";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var variant = new Argument<string?>("variant") { Description = "original or optimized; without it, what is so now", Arity = ArgumentArity.ZeroOrOne };
        variant.AcceptOnlyFromAmong(Original, Optimized);
        return runner.Bind(
            new Command("variant", "Choose whether the author's or the optimised files of one of your plugins are served to you") { slug, variant },
            (context, cancellationToken) => context.Get(variant) is { } chosen
                ? ChooseAsync(context, context.Get(slug)!, chosen, cancellationToken)
                : ShowAsync(context, context.Get(slug)!, cancellationToken));
    }

    private static async Task<ExitCode> ShowAsync(CommandContext context, string slug, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var info = (await context.Report.WatchAsync($"Asking for {slug}", host.StatusAsync(slug, cancellationToken))).PluginInfo
            ?? throw new CommandFailedException(ExitCode.NotFound, "client.plugin.not_installed", $"{slug} is not installed.", "See `berth list`.");
        context.Report.Result(new VariantOutput(slug, info.Variant, info.ServedVariant, null), Sentence(slug, info.Variant, info.ServedVariant));
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ChooseAsync(CommandContext context, string slug, string variant, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var answer = await context.Report.WatchAsync($"Changing {slug}", host.ChooseVariantAsync(slug, variant, context.IsDryRun, cancellationToken));
        var served = answer.Data.ServedVariant;
        context.Report.Result(
            new VariantOutput(slug, variant, served, context.IsDryRun ? true : null),
            context.IsDryRun ? $"{slug} would be shown {Words(variant)}." : Sentence(slug, variant, served));
        foreach (var note in answer.Notes ?? answer.Data.Plan?.Notes?.Select(note => note.ToString()) ?? [])
            context.Report.Say(note);
        if (!context.IsDryRun)
            context.Report.Say($"Undo: berth variant {slug} {(variant is Original ? Optimized : Original)}");
        return ExitCode.Done;
    }

    private static string Sentence(string slug, string? variant, string? served) => variant == served || served is null
        ? $"{slug} is shown {Words(variant)}."
        : $"{slug} is shown {Words(served)}, because there are no optimised ones for you here; those are shown as soon as there are.";

    private static string Words(string? variant) => variant is Optimized ? "with optimised files" : "with its author's files";

    private sealed record VariantOutput(string Slug, string? Variant, string? ServedVariant, bool? DryRun) : JsonOutput;
}
