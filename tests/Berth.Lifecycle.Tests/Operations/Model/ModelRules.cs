using System.Collections.Immutable;
using Berth.Lifecycle.Operations;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>What an operation on one user's installations must answer and what must hold afterwards, but for choosing sets.</summary>
internal static class ModelRules
{
    public static Expected Of(ModelStep step, ModelUser user, IReadOnlyDictionary<string, string> sitePins)
    {
        if (!user.Installed.TryGetValue(step.Slug!, out var plugin))
            return Refused(RefusalKind.NotFound, "plugin.not_installed");
        return step.Kind switch
        {
            "rollback" => Rollback(step, user, plugin, sitePins),
            "uninstall" => Uninstall(step, user, plugin),
            "enable" => Enable(step, user, plugin),
            "pin" => Done(user.With(plugin with { Pinned = step.Text })),
            "channel" => Done(user.With(plugin with { Channel = step.Text! })),
            "configure" => Configure(step, user, plugin),
            "module" => Module(step, user, plugin),
            "repair" => Done(user),
            "write" => Done(user.With(plugin with { Documents = plugin.Documents.SetItem(step.Text!, $"{step.Number}") })),
            "remove" => Done(user.With(plugin with { Documents = plugin.Documents.Remove(step.Text!) })),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "There is no rule for it."),
        };
    }

    private static Expected Rollback(ModelStep step, ModelUser user, ModelInstallation plugin, IReadOnlyDictionary<string, string> sitePins)
    {
        if (plugin.Previous is not { Version: var to })
            return Refused(RefusalKind.Conflict, "rollback.unavailable");
        if (new ModelSets(user, sitePins).Forbids(to, onlySite: true))
            return Refused(RefusalKind.Unprocessable, "version.pinned");
        var others = user.Installed.Values.Where(one => one.Slug != plugin.Slug).ToList();
        List<string> codes = [.. MissingFor(to, user)];
        if (others.Any(one => Excludes(to, one.Version) || Excludes(one.Version, to)))
            codes.Add("conflict.installed");
        if (others.Any(one => one.Enabled && one.Version.Needs.TryGetValue(plugin.Slug, out var range) && !In(range, to)))
            codes.Add("plugin.required");
        return codes.Count > 0
            ? Refused(RefusalKind.Unprocessable, codes[0])
            : Done(user.With(plugin.RolledBack(step.Flag)));
    }

    private static Expected Uninstall(ModelStep step, ModelUser user, ModelInstallation plugin)
    {
        var dependents = user.DependentsOf(plugin.Slug, all: true);
        if (dependents.Count > 0 && !step.Also)
            return Refused(RefusalKind.Conflict, "plugin.required");
        return Done(dependents.Aggregate(user, (left, one) => left.Without(one, purge: false)).Without(plugin, step.Flag));
    }

    private static Expected Enable(ModelStep step, ModelUser user, ModelInstallation plugin)
    {
        if (!step.Flag && user.DependentsOf(plugin.Slug, all: false).Count > 0)
            return Refused(RefusalKind.Conflict, "plugin.required");
        return step.Flag && MissingFor(plugin.Version, user).FirstOrDefault() is { } code
            ? Refused(RefusalKind.Unprocessable, code)
            : Done(user.With(plugin with { Enabled = step.Flag }));
    }

    private static Expected Configure(ModelStep step, ModelUser user, ModelInstallation plugin)
    {
        if (plugin.Slug != "Tuned")
            return Refused(RefusalKind.Unprocessable, "settings.none");
        var settings = step.Flag ? plugin.Settings : plugin.Settings.Where(one => one.Key == "apiKey").ToImmutableSortedDictionary(StringComparer.Ordinal);
        var value = ValueOf(step);
        settings = value is null ? settings.Remove(step.Text!) : settings.SetItem(step.Text!, value);
        return settings.All(one => ModelDocuments.Takes(plugin.Version, one.Key, one.Value))
            ? Done(user.With(plugin with { Settings = settings }))
            : Refused(RefusalKind.Unprocessable, "settings.invalid");
    }

    /// <summary>The JSON that a configuration sets; <see langword="null"/> takes the setting away.</summary>
    public static string? ValueOf(ModelStep step) => !step.Also ? null : step.Text switch
    {
        "limit" => $"{step.Number}",
        "sortBy" => (step.Number % 3) switch { 0 => "\"created\"", 1 => "\"updated\"", _ => "\"title\"" },
        _ => $"\"hunter{step.Number:00}\"",
    };

    private static Expected Module(ModelStep step, ModelUser user, ModelInstallation plugin)
    {
        if (!plugin.Version.Modules.Contains(step.Text!))
            return Refused(RefusalKind.NotFound, "module.unknown");
        var choice = plugin.Choices.GetValueOrDefault(step.Text!) ?? new ModelChoice(null, null, null);
        choice = (step.Number % 3) switch
        {
            0 => choice with { Enabled = step.Flag },
            1 => choice with { Priority = step.Number },
            _ => choice with { Color = ColorOf(step) },
        };
        return Done(user.With(plugin with { Choices = plugin.Choices.SetItem(step.Text!, choice) }));
    }

    public static string? ColorOf(ModelStep step) => step.Also ? $"color{step.Number}" : null;

    /// <summary>Why what a version needs is not there as things are.</summary>
    private static IEnumerable<string> MissingFor(ModelVersion version, ModelUser user) => version.Needs
        .Select(need => !user.Installed.TryGetValue(need.Key, out var present) ? "dependency.missing"
            : !In(need.Value, present.Version) ? "dependency.version"
            : !present.Enabled ? "dependency.disabled" : null)
        .OfType<string>();

    private static bool Excludes(ModelVersion one, ModelVersion other) => one.Excludes.TryGetValue(other.Slug, out var range) && In(range, other);

    private static bool In(VersionRange range, ModelVersion version) => range.Contains(version.Version, includePrerelease: true);

    private static Expected.Done Done(ModelUser after) => new(after);

    private static Expected.Refused Refused(RefusalKind kind, string code) => new(kind, code);
}

/// <summary>What the model foretells.</summary>
internal abstract record Expected
{
    private Expected()
    {
    }

    /// <summary>It happens, and this holds afterwards.</summary>
    public sealed record Done(ModelUser After) : Expected;

    /// <summary>It is refused for this reason; <see langword="null"/> where there may be several.</summary>
    public sealed record Refused(RefusalKind Kind, string? Code) : Expected;
}
