using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>Takes a step in the world.</summary>
internal static class ModelActs
{
    public static Task<OperationOutcome> RunAsync(TestWorld world, OperationCaller caller, ModelStep step, bool isDryRun = false)
    {
        var operations = world.Operations;
        return step.Kind switch
        {
            "install" => operations.InstallAsync(caller, new InstallRequest(step.Slug!, step.Text, GrantOf(step), IsDryRun: isDryRun)),
            "update" => operations.UpdateAsync(caller, new UpdateRequest(step.Slug!, step.Text, IsDryRun: isDryRun)),
            "rollback" => operations.RollbackAsync(caller, new RollbackRequest(step.Slug!, step.Flag, isDryRun)),
            "uninstall" => operations.UninstallAsync(caller, new UninstallRequest(step.Slug!, step.Flag, isDryRun, step.Also)),
            "enable" => step.Also
                ? operations.SetEnabledAsync(caller, new SetEnabledRequest(step.Slug!, step.Flag, isDryRun))
                : operations.SetPolicyAsync(caller, new SetPolicyRequest(step.Slug!, Enabled: step.Flag, IsDryRun: isDryRun)),
            "pin" => operations.SetPolicyAsync(caller, new SetPolicyRequest(step.Slug!, ChangesPin: true, step.Text, IsDryRun: isDryRun)),
            "channel" => operations.SetPolicyAsync(caller, new SetPolicyRequest(step.Slug!, Channel: step.Text, IsDryRun: isDryRun)),
            "configure" => operations.ConfigureAsync(caller, new ConfigureRequest(step.Slug!, Values(step), step.Flag, isDryRun)),
            "module" => operations.ConfigureModuleAsync(caller, (step.Number % 3) switch
            {
                0 => new ConfigureModuleRequest(step.Slug!, step.Text!, Enabled: step.Flag, IsDryRun: isDryRun),
                1 => new ConfigureModuleRequest(step.Slug!, step.Text!, Priority: step.Number, IsDryRun: isDryRun),
                _ => new ConfigureModuleRequest(step.Slug!, step.Text!, Values: JsonSerializer.SerializeToElement(new { color = ModelRules.ColorOf(step) }), IsDryRun: isDryRun),
            }),
            "repair" => operations.RepairAsync(caller, new RepairRequest(step.Slug!, isDryRun)),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "It is no operation."),
        };
    }

    /// <summary>A request of the user in which the plugin writes or removes a document.</summary>
    public static async Task TouchDocumentAsync(TestWorld world, OperationCaller caller, ModelStep step)
    {
        var data = world.Scopes.Open((await world.FindAsync(caller, step.Slug!)).ShouldNotBeNull(), caller).Data;
        if (step.Kind == "write")
            await data.SetJsonAsync(step.Text!, $"{step.Number}");
        else
            await data.RemoveAsync(step.Text!);
    }

    /// <summary>Takes a module away behind everybody's back, so that there is something to repair.</summary>
    public static Task DamageAsync(TestWorld world, OperationCaller caller, string slug) => world.Database.WriteAsync(session => session.ExecuteAsync(
        "DELETE FROM module WHERE user_id = @UserId AND plugin_id = @id AND name IN ('Both', 'Panel', 'Main')", new { caller.UserId, id = $"{caller.UserId}_{slug}" }));

    private static string[]? GrantOf(ModelStep step) => Grants(step) ? ["network:http-client"] : null;

    /// <summary>Whether the user grants what only Echo declares.</summary>
    public static bool Grants(ModelStep step) => step is { Kind: "install", Slug: "Echo", Also: true };

    private static JsonElement Values(ModelStep step) => JsonSerializer.SerializeToElement(
        new JsonObject { [step.Text!] = ModelRules.ValueOf(step) is { } json ? JsonNode.Parse(json) : null });
}
