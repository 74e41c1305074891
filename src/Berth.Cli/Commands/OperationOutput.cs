using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>What an operation on an installation prints with <c>--json</c>.</summary>
internal sealed record OperationOutput(
    string Operation,
    string Slug,
    string PluginId,
    string? Version,
    string? PreviousVersion,
    bool? Migrated,
    IReadOnlyList<string>? ModulesCreated,
    IReadOnlyList<string>? DependenciesInstalled,
    IReadOnlyList<MemberResult>? Members = null) : JsonOutput
{
    /// <summary>From the server's answer.</summary>
    public static OperationOutput Of(string operation, InstallationResult done) => new(
        operation, done.PluginSlug, done.PluginId, done.NewVersion ?? done.Version, done.PreviousVersion, done.Migrated,
        done.ModulesCreated, done.DependenciesInstalled?.Select(PlanView.Text).ToList(), done.Members is { Count: > 0 } members ? members : null);
}
