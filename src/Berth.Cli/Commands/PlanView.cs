using System.Globalization;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>A plan for people and for programs.</summary>
internal static class PlanView
{
    private static readonly string[] Naming = ["slug", "plugin_slug", "name", "version", "range", "message", "description"];

    /// <summary>The plan as lines: what happens, what it takes, the capabilities with the new ones marked.</summary>
    public static IEnumerable<string> Lines(InstallationPlan plan)
    {
        var from = plan.FromVersion is null ? "" : $" from {plan.FromVersion}";
        var to = plan.Version is null ? "" : plan.FromVersion is null ? $" {plan.Version}" : $" to {plan.Version}";
        yield return $"Plan: {plan.Kind} {plan.PluginSlug}{from}{to}" + (plan.DownloadBytes is > 0 and var bytes ? $", download {Size(bytes)}" : "");
        foreach (var dependency in plan.Dependencies ?? [])
        {
            foreach (var line in PlannedDependency.Of(dependency)?.Lines() ?? [$"  needs {Text(dependency)}"])
            {
                yield return line;
            }
        }

        foreach (var sentence in plan.Explanations ?? [])
        {
            yield return $"  why: {sentence}";
        }

        foreach (var capability in plan.Capabilities ?? [])
        {
            yield return $"  {(capability.New ? "+" : " ")} {capability.Name}{(capability.Risk is null ? "" : $" (risk {capability.Risk})")}"
                + (capability.Description is null ? "" : $": {capability.Description}") + capability.Reach() + (capability.New ? " [new]" : "") + capability.Bar;
        }

        foreach (var note in plan.Notes ?? [])
        {
            yield return $"  note: {Text(note)}";
        }

        if (plan.Steps is { Count: > 0 } steps)
        {
            yield return $"  steps: {string.Join(", ", steps.Select(Text))}";
        }
    }

    /// <summary>Bytes for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0 / 1024.0:0.00} GB"),
    };

    /// <summary>An element of a list that may hold texts or objects: the text, or the members that name it.</summary>
    public static string Text(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return element.ToString();
        }

        var words = Naming
            .Select(name => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null)
            .Where(word => word is not null);
        return string.Join(' ', words) is { Length: > 0 } text ? text : element.GetRawText();
    }
}

/// <summary>What <c>--dry-run --json</c> prints.</summary>
internal sealed record PlanOutput(bool DryRun, InstallationPlan Plan) : JsonOutput
{
    /// <summary>Prints a plan as the result of a command that was asked to change nothing.</summary>
    public static ExitCode Print(Report report, InstallationPlan plan)
    {
        report.Data(new PlanOutput(true, plan), PlanView.Lines(plan));
        return ExitCode.Done;
    }
}
