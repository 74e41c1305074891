using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using static Berth.Cli.Commands.TrustOptionsOf;

namespace Berth.Cli.Commands;

/// <summary><c>berth trust request|requests|approve|reject</c>.</summary>
internal static class TrustRequestCommands
{
    /// <summary><c>request</c>.</summary>
    public static Command Request(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var level = new Argument<string>("level") { Description = "internal, verified, community or untrusted" };
        level.AcceptOnlyFromAmong("internal", "verified", "community", "untrusted");
        var (reason, evidence) = (Reason(), Evidence());
        return runner.Bind(new Command("request", "Ask for another level of a plugin of yours") { slug, level, reason, evidence }, async (context, cancellationToken) =>
        {
            var (name, wanted) = (context.Get(slug)!, context.Get(level)!);
            var body = new { level = wanted, reason = context.Get(reason), evidence = await JsonOfAsync(context.Get(evidence), cancellationToken) };
            var registry = await context.RegistryAsync(cancellationToken);
            var answer = await context.Report.WatchAsync(
                "Asking", registry.ChangeTrustAsync(HttpMethod.Post, $"{RegistryApi.PathOf(name)}/trust/requests", body, context.IsDryRun, cancellationToken));
            context.Report.Result(
                new TrustOutput("request", answer, context.IsDryRun ? true : null),
                context.IsDryRun ? $"'{wanted}' could be asked for {name}." : $"'{wanted}' is asked for {name}: request {Text(answer, "id")}. A reviewer answers.");
            return ExitCode.Done;
        });
    }

    /// <summary><c>requests</c>.</summary>
    public static Command List(CommandRunner runner)
    {
        var state = new Option<string?>("--state") { Description = "open, approved or rejected [default: open]", HelpName = "state" };
        state.AcceptOnlyFromAmong("open", "approved", "rejected", "all");
        return runner.Bind(new Command("requests", "Requests, longest waiting first: reviewers see all, others their own") { state }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var wanted = context.Get(state) ?? "open";
            var found = await context.Report.WatchAsync("Asking", registry.TrustRequestsAsync(wanted == "all" ? null : wanted, cancellationToken));
            context.Report.Table(
                new RequestsOutput(found), ["ID", "PLUGIN", "LEVEL", "STATE", "SINCE", "REASON"],
                [.. found.Select(one => (IReadOnlyList<string>)[one.Id, one.Slug, one.Level, one.State, $"{one.RequestedAt:yyyy-MM-dd HH:mm}", one.Reason])]);
            return ExitCode.Done;
        });
    }

    /// <summary><c>approve</c> and <c>reject</c>.</summary>
    public static Command Answer(CommandRunner runner, string action, string description, string done)
    {
        var id = new Argument<string>("id") { Description = "The request, as `berth trust requests` shows it" };
        var (reason, expires) = (Reason(), Expires());
        var command = new Command(action, description) { id, reason };
        if (action == "approve")
        {
            command.Options.Add(expires);
        }

        return runner.Bind(command, async (context, cancellationToken) =>
        {
            var request = context.Get(id)!;
            var body = new { reason = context.Get(reason), expires = action == "approve" ? Instant(context.Get(expires)) : null };
            var registry = await context.RegistryAsync(cancellationToken);
            var answer = await context.Report.WatchAsync(
                "Answering", registry.ChangeTrustAsync(HttpMethod.Post, $"/api/v1/trust/requests/{Uri.EscapeDataString(request)}/{action}", body, context.IsDryRun, cancellationToken));
            context.Report.Result(
                new TrustOutput(action, answer, context.IsDryRun ? true : null),
                $"The request for '{Text(answer, "level")}' of {Text(answer, "slug")} {(context.IsDryRun ? "would be" : "is")} {done}.");
            return ExitCode.Done;
        });
    }

    private sealed record RequestsOutput(IReadOnlyList<TrustRequestEntry> Requests) : JsonOutput;
}
