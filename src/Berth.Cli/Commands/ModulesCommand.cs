using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth modules SLUG [MODULE [FIELD=VALUE…]]</c>: a plugin's modules, and what the caller chose of one.</summary>
internal static class ModulesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var module = new Argument<string?>("module") { Description = "A module's name", Arity = ArgumentArity.ZeroOrOne };
        var values = new Argument<string[]>("values") { Description = "FIELD=VALUE; FIELD=null goes back to the default", Arity = ArgumentArity.ZeroOrMore };
        var show = new Option<bool>("--show") { Description = "Show the module" };
        var hide = new Option<bool>("--hide") { Description = "Hide the module" };
        var priority = new Option<int?>("--priority") { Description = "Its place among the others", HelpName = "n" };
        var command = new Command("modules", "List the modules of one of your plugins, or change one") { slug, module, values, show, hide, priority };
        command.Validators.Add(result =>
        {
            if (result.GetValue(show) && result.GetValue(hide))
            {
                result.AddError("--show and --hide exclude each other.");
            }
        });
        return runner.Bind(command, (context, cancellationToken) =>
        {
            var (enabled, place, fields) = (context.Get(show) ? true : context.Get(hide) ? false : (bool?)null, context.Get(priority), context.Get(values) ?? []);
            return context.Get(module) is { } name && (enabled is not null || place is not null || fields.Length > 0)
                ? ChangeAsync(context, context.Get(slug)!, name, enabled, place, fields, cancellationToken)
                : ListAsync(context, context.Get(slug)!, context.Get(module), cancellationToken);
        });
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, string slug, string? name, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var all = await context.Report.WatchAsync($"Asking for the modules of {slug}", host.ModulesAsync(slug, cancellationToken));
        var modules = all.Where(module => name is null || string.Equals(Text(module, "name"), name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (name is not null && modules.Count == 0)
        {
            throw Unknown(slug, name);
        }

        context.Report.Table(
            new ModulesOutput(slug, modules), ["MODULE", "NAME", "STATE", "PRIORITY", "VALUES"],
            [.. modules.Select(module => (IReadOnlyList<string>)[Text(module, "name"), Text(module, "displayName"), Text(module, "enabled") == "false" ? "hidden" : "shown", Text(module, "priority"), Values(module)])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ChangeAsync(
        CommandContext context, string slug, string name, bool? enabled, int? priority, string[] values, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var all = await context.Report.WatchAsync($"Asking for the modules of {slug}", host.ModulesAsync(slug, cancellationToken));
        if (all.FirstOrDefault(one => string.Equals(Text(one, "name"), name, StringComparison.OrdinalIgnoreCase)) is not { ValueKind: JsonValueKind.Object } module)
        {
            throw Unknown(slug, name);
        }

        var patch = new JsonObject();
        if (enabled is { } shown)
        {
            patch["enabled"] = shown;
        }

        if (priority is { } place)
        {
            patch["priority"] = place;
        }

        if (values.Length > 0)
        {
            var config = new JsonObject();
            foreach (var (field, text) in values.Select(SettingNames.Split))
            {
                config[field] = string.Equals(text, "null", StringComparison.Ordinal) ? null : SettingNames.Value(field, text, Field(module, field));
            }

            patch["config"] = config;
        }

        await context.Report.WatchAsync($"Changing {name}", host.PatchModuleAsync(slug, Text(module, "name"), patch, context.IsDryRun, cancellationToken));
        context.Report.Result(
            new ModuleChangedOutput(slug, Text(module, "name"), context.IsDryRun ? true : null),
            context.IsDryRun ? $"{Text(module, "name")} of {slug} would be changed." : $"{Text(module, "name")} of {slug} is changed.");
        return ExitCode.Done;
    }

    // Texts of forms have many names; what is no other JSON type is one.
    private static JsonElement? Field(JsonElement module, string field) =>
        module.TryGetProperty("configFields", out var fields) && fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty(field, out var found)
            && found.ValueKind == JsonValueKind.Object && found.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            && type.GetString() is "text" or "textarea" or "password"
            ? JsonSerializer.SerializeToElement(new { type = "string" })
            : module.TryGetProperty("configFields", out fields) && fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty(field, out found) ? found : null;

    private static string Values(JsonElement module) =>
        module.TryGetProperty("configFields", out var fields) && fields.ValueKind == JsonValueKind.Object
            ? string.Join(", ", fields.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Object && field.Value.TryGetProperty("value", out _))
                .Select(field => $"{field.Name}={SettingNames.Text(field.Value.GetProperty("value"))}"))
            : "";

    private static string Text(JsonElement module, string name) =>
        !module.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? "" : SettingNames.Text(value);

    private static CommandFailedException Unknown(string slug, string name) =>
        new(ExitCode.NotFound, "client.module.unknown", $"{slug} has no module {name}.", $"See `berth modules {slug}`.");

    private sealed record ModulesOutput(string Slug, IReadOnlyList<JsonElement> Modules) : JsonOutput;

    private sealed record ModuleChangedOutput(string Slug, string Module, bool? DryRun) : JsonOutput;
}
