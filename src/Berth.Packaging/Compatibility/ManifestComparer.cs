using System.Text.Json;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Compatibility;

/// <summary>Compares what two manifests promise and demand.</summary>
internal sealed class ManifestComparer(List<CompatibilityChange> changes)
{
    public static void Compare(PluginManifest from, PluginManifest to, List<CompatibilityChange> changes)
    {
        var comparer = new ManifestComparer(changes);
        comparer.CompareModules(from.Frontend?.Modules ?? [], to.Frontend?.Modules ?? []);
        comparer.CompareFrontend(from.Frontend, to.Frontend);
        comparer.CompareCapabilities(from.Security.Capabilities, to.Security.Capabilities);
        comparer.CompareDependencies(from, to);
        comparer.CompareEngine(from.Engine, to.Engine);
        comparer.CompareServices(from.Module, to.Module);
        if (from.Module is not null && to.Module is null)
            comparer.Add(ChangeSeverity.Breaking, "module.backend_removed", from.Name, "The server-side part is gone, and its endpoints with it.");
    }

    private void CompareModules(IReadOnlyList<FrontendModuleManifest> from, IReadOnlyList<FrontendModuleManifest> to)
    {
        foreach (var module in from)
        {
            if (to.FirstOrDefault(other => other.Name == module.Name) is not { } now)
            {
                Add(ChangeSeverity.Breaking, "module.removed", module.Name, $"The module {module.Name} is gone from the pages that show it.");
                continue;
            }

            CompareMembers("props", module.Name, module.Props, now.Props);
            CompareFields(module.Name, module.ConfigFields, now.ConfigFields);
            CompareRequired(module.Name, module.RequiredServices, now.RequiredServices);
        }

        foreach (var module in to.Where(module => from.All(other => other.Name != module.Name)))
            Add(ChangeSeverity.Info, "module.added", module.Name, $"The module {module.Name} is new.");
    }

    private void CompareFrontend(FrontendManifest? from, FrontendManifest? to)
    {
        if (from is not null && to is null)
            Add(ChangeSeverity.Breaking, "module.frontend_removed", from.Entry, "The front end is gone.");
        else if (from is not null && to is not null && from.Scope != to.Scope)
            Add(ChangeSeverity.Breaking, "module.scope_changed", from.Scope, $"The front end's scope was {from.Scope} and is {to.Scope}: pages that load it by name do not find it.");
    }

    private void CompareMembers(string what, string module, JsonElement? from, JsonElement? to)
    {
        var after = Members(to);
        foreach (var (name, value) in Members(from))
        {
            var subject = $"{module}.{what}.{name}";
            if (!after.TryGetValue(name, out var now))
                Add(ChangeSeverity.Breaking, "module.prop_removed", subject, $"{subject} is gone.");
            else if (Kind(value) != Kind(now))
                Add(ChangeSeverity.Breaking, "module.prop_changed", subject, $"{subject} was {Kind(value)} and is {Kind(now)}.");
            else if (!JsonElement.DeepEquals(value, now))
                Add(ChangeSeverity.Risky, "module.prop_value", subject, $"{subject} has another value.");
        }

        foreach (var name in after.Keys.Except(Members(from).Keys))
            Add(ChangeSeverity.Info, "module.prop_added", $"{module}.{what}.{name}", $"{module}.{what}.{name} is new.");
    }

    private void CompareFields(string module, JsonElement? from, JsonElement? to)
    {
        var after = Members(to);
        foreach (var (name, field) in Members(from))
        {
            var subject = $"{module}.configFields.{name}";
            if (!after.TryGetValue(name, out var now))
                Add(ChangeSeverity.Breaking, "module.field_removed", subject, $"The field {subject} is gone, and what users entered in it.");
            else if (Text(field, "type") != Text(now, "type"))
                Add(ChangeSeverity.Breaking, "module.field_changed", subject, $"{subject} was of type {Text(field, "type")} and is of type {Text(now, "type")}.");
            else if (Default(field) != Default(now))
                Add(ChangeSeverity.Risky, "module.field_default", subject, $"{subject} has another default.");
        }

        foreach (var name in after.Keys.Except(Members(from).Keys))
            Add(ChangeSeverity.Info, "module.field_added", $"{module}.configFields.{name}", $"The field {module}.configFields.{name} is new.");
    }

    private void CompareRequired(string module, JsonElement? from, JsonElement? to)
    {
        foreach (var service in Names(to).Except(Names(from), StringComparer.Ordinal))
            Add(ChangeSeverity.Breaking, "module.service_required", $"{module}.{service}", $"The module {module} needs the page's service {service} now.");
    }

    private void CompareCapabilities(IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        foreach (var added in to.Except(from, StringComparer.Ordinal))
            Add(ChangeSeverity.Risky, "capability.added", added, $"It asks for {added} now, which every user has to grant before they can update.");
        foreach (var removed in from.Except(to, StringComparer.Ordinal))
            Add(ChangeSeverity.Info, "capability.removed", removed, $"It does not ask for {removed} any more.");
    }

    private void CompareDependencies(PluginManifest from, PluginManifest to)
    {
        foreach (var (slug, range) in to.Dependencies)
        {
            if (Find(from.Dependencies, slug) is not { } before)
                Add(ChangeSeverity.Breaking, "dependency.added", slug, $"It needs {slug} {range} now.");
            else if (RangeComparer.FindExcluded(before, range) is { } excluded)
                Add(ChangeSeverity.Breaking, "dependency.tightened", slug, $"It needed {slug} {before} and needs {range}: {excluded}, for one, is not enough any more.");
            else if (before.ToString() != range.ToString())
                Add(ChangeSeverity.Info, "dependency.widened", slug, $"It needed {slug} {before} and needs {range}, which admits no less.");
        }

        foreach (var slug in from.Dependencies.Keys.Where(slug => Find(to.Dependencies, slug) is null))
            Add(ChangeSeverity.Info, "dependency.removed", slug, $"It does not need {slug} any more.");
        foreach (var (slug, range) in to.Conflicts)
        {
            if (Find(from.Conflicts, slug) is not { } before || RangeComparer.FindExcluded(range, before) is not null)
                Add(ChangeSeverity.Breaking, "dependency.conflict_added", slug, $"It cannot be beside {slug} {range} now.");
        }
    }

    private void CompareEngine(VersionRange? from, VersionRange? to)
    {
        if (RangeComparer.FindExcluded(from, to) is { } excluded)
            Add(ChangeSeverity.Breaking, "engine.tightened", "engines.berth", $"It ran on hosts {from?.ToString() ?? "of any version"} and runs on {to}: a host {excluded}, for one, cannot run it.");
    }

    private void CompareServices(ModuleManifest? from, ModuleManifest? to)
    {
        var after = to?.CrossPluginServices ?? [];
        foreach (var service in from?.CrossPluginServices ?? [])
        {
            if (after.FirstOrDefault(other => other.Token == service.Token) is not { } now)
                Add(ChangeSeverity.Breaking, "service.removed", service.Token, $"The service {service.Token}, which other plugins use, is gone.");
            else if (now.Contract != service.Contract)
                Add(ChangeSeverity.Breaking, "service.contract", service.Token, $"The service {service.Token} had the contract {service.Contract} and has {now.Contract}.");
            else if (service.Global && !now.Global)
                Add(ChangeSeverity.Breaking, "service.restricted", service.Token, $"The service {service.Token} was for every plugin and is for those that are named.");
        }

        foreach (var guard in (from?.Guards ?? []).Where(guard => guard.Exported && (to?.Guards ?? []).All(other => other.Name != guard.Name || !other.Exported)))
            Add(ChangeSeverity.Breaking, "service.guard_removed", guard.Name, $"The guard {guard.Name} is not exported any more; plugins that ask it are refused everything.");
        foreach (var needed in (to?.Consumes ?? []).Where(need => !need.Optional && (from?.Consumes ?? []).All(other => other.Token != need.Token || other.Optional)))
            Add(ChangeSeverity.Risky, "service.consumed", needed.Token, $"It needs the service {needed.Token} of {needed.From} now.");
    }

    private static VersionRange? Find(IReadOnlyDictionary<string, VersionRange> ranges, string slug) =>
        ranges.FirstOrDefault(range => string.Equals(range.Key, slug, StringComparison.OrdinalIgnoreCase)).Value;

    private static Dictionary<string, JsonElement> Members(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } json
            ? json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)
            : [];

    private static IEnumerable<string> Names(JsonElement? element) => element switch
    {
        { ValueKind: JsonValueKind.Object } json => json.EnumerateObject().Select(member => member.Name),
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(item => item.ToString()),
        _ => [],
    };

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.ToString() : null;

    private static string? Default(JsonElement field) =>
        field.ValueKind == JsonValueKind.Object && field.TryGetProperty("default", out var value) ? value.GetRawText() : null;

    private void Add(ChangeSeverity severity, string code, string subject, string message) => changes.Add(new(severity, code, subject, message));
}
