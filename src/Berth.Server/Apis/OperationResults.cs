using Berth.Lifecycle.Operations;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Shapes outcomes of operations as the front ends read them.</summary>
internal static class OperationResults
{
    public static IResult Shown(OperationOutcome outcome, Func<OperationResult, object> data, int status = StatusCodes.Status200OK) => outcome switch
    {
        OperationOutcome.Done done => Results.Json(new
        {
            status = "success",
            message = Message(done.Result),
            data = data(done.Result),
            operation_id = done.Result.OperationId,
            notes = done.Result.Notes,
        }, BerthJson.Options, statusCode: status),
        OperationOutcome.Planned planned => Results.Json(new { status = "success", dry_run = true, data = new { plan = Plan(planned.Plan) } }, BerthJson.Options),
        OperationOutcome.Refused refused => new ProblemResult(ProblemOf.Refusal(refused)),
        OperationOutcome.Failed failed => new ProblemResult(ProblemOf.Failure(failed)),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    public static object Plan(OperationPlan plan) => new
    {
        plan.Kind,
        plugin_slug = plan.Slug,
        plan.FromVersion,
        plan.Version,
        plan.Digest,
        plan.DownloadBytes,
        capabilities = plan.Capabilities.Select(Capability),
        dependencies = plan.Members.Select(member => new
        {
            plugin_slug = member.Plan.Slug,
            member.Plan.Kind,
            member.Plan.FromVersion,
            member.Plan.Version,
            member.Plan.DownloadBytes,
            member.Reason,
            capabilities = member.Plan.Capabilities.Select(Capability),
            member.Plan.Modules,
        }),
        plan.Explanations,
        plan.Modules,
        plan.Notes,
        plan.Steps,
    };

    /// <summary>What came along, in the order in which it was put in force.</summary>
    public static IEnumerable<object> Members(OperationResult result) => result.Members.Select(member => new
    {
        plugin_slug = member.Slug,
        plugin_id = member.PluginId,
        member.Kind,
        member.Version,
        member.PreviousVersion,
        operation_id = member.OperationId,
        member.Notes,
    });

    private static object Capability(PlannedCapability planned) => new
    {
        planned.Capability.Name,
        risk = planned.Capability.Risk.ToString().ToLowerInvariant(),
        planned.Capability.Description,
        @new = planned.IsNew,
        granted = planned.IsGranted,
        permitted = planned.IsPermitted,
        planned.Hosts,
    };

    private static string Message(OperationResult result) => result.Kind switch
    {
        "install" => $"{result.Slug} {result.Version} is installed.",
        "update" => $"{result.Slug} is updated from {result.PreviousVersion} to {result.Version}.",
        "rollback" => $"{result.Slug} is back at {result.Version}.",
        "uninstall" => $"{result.Slug} is uninstalled.",
        "grants" => $"What is granted to {result.Slug} is as you asked.",
        _ => $"{result.Slug}: {result.Kind} is done.",
    };
}
