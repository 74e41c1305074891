using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth review list|show|approve|reject|appeal</c>: versions that somebody has to look at.</summary>
internal static class ReviewCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("review", "Versions held for review: list, show, approve, reject, appeal")
        {
            List(runner),
            Show(runner),
            Decide(runner, "approve", "Make the version visible", needsReason: false),
            Decide(runner, "reject", "Do not, and tell its publisher why", needsReason: true),
            Appeal(runner),
        };

    private static Command List(CommandRunner runner)
    {
        var mine = new Option<bool>("--mine") { Description = "Only what you published" };
        var state = new Option<string>("--state") { Description = "open, approved or rejected", DefaultValueFactory = _ => "open" };
        state.AcceptOnlyFromAmong("open", "approved", "rejected");
        return runner.Bind(new Command("list", "List the queue in its order, or what is over, newest first") { mine, state }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var page = await context.Report.WatchAsync("Asking", registry.ReviewsAsync(context.Get(state)!, context.Get(mine), cancellationToken));
            context.Report.Table(
                new ReviewListOutput(page.Reviews),
                ["#", "ID", "PLUGIN", "VERSION", "AGE", "", "WHY"],
                [.. page.Reviews.Select(Row)]);
            return ExitCode.Done;
        });
    }

    private static Command Show(CommandRunner runner)
    {
        var id = IdArgument();
        return runner.Bind(new Command("show", "Show findings, reasons and the difference to the version before") { id }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var details = await context.Report.WatchAsync("Asking", registry.ReviewAsync(context.Get(id)!, cancellationToken));
            context.Report.Data(new ReviewDetailsOutput(details), ReviewView.Lines(details));
            return ExitCode.Done;
        });
    }

    private static Command Decide(CommandRunner runner, string name, string description, bool needsReason)
    {
        var id = IdArgument();
        var reason = new Option<string?>("--reason") { Description = needsReason ? "What the publisher has to change" : "Why; needed when there are critical findings", Required = needsReason };
        return runner.Bind(new Command(name, description) { id, reason }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var review = await context.Report.WatchAsync("Asking", registry.DecideAsync(context.Get(id)!, name, context.Get(reason), context.IsDryRun, cancellationToken));
            context.Report.Result(
                new ReviewOutput(review, context.IsDryRun),
                context.IsDryRun ? $"Would {name} {review.Slug} {review.Version}." : $"{review.Slug} {review.Version} is {review.State}.");
            return ExitCode.Done;
        });
    }

    private static Command Appeal(CommandRunner runner)
    {
        var id = IdArgument();
        var text = new Option<string>("--text") { Description = "What the next reviewer should know", Required = true };
        return runner.Bind(new Command("appeal", "Ask for another reviewer's decision on a rejected version, once") { id, text }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var review = await context.Report.WatchAsync("Asking", registry.AppealAsync(context.Get(id)!, context.Get(text)!, context.IsDryRun, cancellationToken));
            context.Report.Result(
                new ReviewOutput(review, context.IsDryRun),
                context.IsDryRun ? $"Would appeal for {review.Slug} {review.Version}." : $"{review.Slug} {review.Version} is in the queue again, number {review.Position}.");
            return ExitCode.Done;
        });
    }

    private static Argument<string> IdArgument() => new("id") { Description = "The review's id, from `berth review list`" };

    private static IReadOnlyList<string> Row(ReviewEntry review) =>
    [
        review.Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", review.Id, review.Slug, review.Version, ReviewView.Age(review.AgeSeconds),
        review.IsAppeal == true ? "appeal" : review.Staged == true ? "staged" : "", string.Join(", ", (review.Reasons ?? []).Select(reason => reason.Code)),
    ];

    private sealed record ReviewListOutput(IReadOnlyList<ReviewEntry> Reviews) : JsonOutput;

    private sealed record ReviewDetailsOutput(ReviewDetails Details) : JsonOutput;

    private sealed record ReviewOutput(ReviewEntry Review, bool DryRun) : JsonOutput;
}
