using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth operations [ID]</c>: what runs and what ran; with <c>--follow</c> the steps of one as they are reached.</summary>
internal static class OperationsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var id = new Argument<string?>("id") { Description = "One operation", Arity = ArgumentArity.ZeroOrOne };
        var follow = new Option<bool>("--follow") { Description = "Show the steps of this operation until it ends" };
        var kind = new Option<string?>("--kind") { Description = "Only these: install, update, …", HelpName = "kind" };
        var state = new Option<string?>("--state") { Description = "Only these: running, succeeded, failed, undone", HelpName = "state" };
        var command = new Command("operations", "Show your operations, or one with its steps") { id, follow, kind, state };
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && result.GetValue(id) is null)
            {
                result.AddError("--follow needs the id of an operation.");
            }
        });
        return runner.Bind(command, (context, cancellationToken) => (context.Get(id), context.Get(follow)) switch
        {
            (null, _) => ListAsync(context, context.Get(kind), context.Get(state), cancellationToken),
            ({ } one, true) => FollowAsync(context, one, cancellationToken),
            ({ } one, false) => ShowAsync(context, one, cancellationToken),
        });
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, string? kind, string? state, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var query = "limit=50" + (kind is null ? "" : $"&kind={Uri.EscapeDataString(kind)}") + (state is null ? "" : $"&state={Uri.EscapeDataString(state)}");
        var rows = await context.Report.WatchAsync("Asking", host.OperationsAsync(query, cancellationToken));
        context.Report.Table(
            new OperationListOutput(rows),
            ["ID", "KIND", "PLUGIN", "STATE", "STEP", "SINCE"],
            [.. rows.Select(row => (IReadOnlyList<string>)[row.Id, row.Kind, row.PluginSlug, row.State, row.Step, $"{row.CreatedAt:yyyy-MM-dd HH:mm:ss}"])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ShowAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var row = await context.Report.WatchAsync("Asking", host.OperationAsync(id, cancellationToken));
        context.Report.Data(new OneOperationOutput(row), Lines(row));
        return ExitCode.Done;
    }

    /// <summary>Ends as the operation ended: 0 when it succeeded, otherwise as its error would have ended the command that asked for it.</summary>
    private static async Task<ExitCode> FollowAsync(CommandContext context, string id, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        await foreach (var item in host.StreamAsync($"{OperationsApi.Path}/{Uri.EscapeDataString(id)}", null, cancellationToken))
        {
            if (item.Name is "step" or "progress")
            {
                context.Report.Data(new OperationEventOutput(item.Name, item.Data), item.Name is "step" ? item.Data.GetProperty("name").GetString()! : item.Data.GetRawText());
            }
        }

        // The row, not the last event: a stream that broke off has none.
        var row = await host.OperationAsync(id, cancellationToken);
        context.Report.Data(new OneOperationOutput(row), $"{row.Kind} of {row.PluginSlug}: {row.State}");
        return row switch
        {
            { State: "succeeded" } => ExitCode.Done,
            { Error: { } error } => throw new CommandFailedException(
                FailureMap.ExitFor((System.Net.HttpStatusCode)(error.Status ?? 500), error.Code), error.Code, error.Message),
            _ => ExitCode.Failed,
        };
    }

    private static IEnumerable<string> Lines(OperationRow row)
    {
        yield return $"{row.Kind} of {row.PluginSlug}: {row.State}";
        foreach (var step in row.Steps ?? [])
        {
            yield return $"  {step.At:HH:mm:ss.fff} {step.Name}";
        }

        if (row.Error is { } error)
        {
            yield return $"  {error.Code}: {error.Message}";
        }
    }

    private sealed record OperationListOutput(IReadOnlyList<OperationRow> Operations) : JsonOutput;

    private sealed record OneOperationOutput(OperationRow Operation) : JsonOutput;

    private sealed record OperationEventOutput(string Event, System.Text.Json.JsonElement Data) : JsonOutput;
}
