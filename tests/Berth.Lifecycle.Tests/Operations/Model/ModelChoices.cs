using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>Which versions an install or update may lead to, newest first, or why there is none to choose from.</summary>
internal static class ModelChoices
{
    public static (IReadOnlyList<ModelVersion> Roots, Expected.Refused? Refused) Of(ModelStep step, ModelUser user, ModelSets sets)
    {
        var plugin = user.Installed.GetValueOrDefault(step.Slug!);
        if (step.Kind == "install")
        {
            if (plugin is not null)
                return No(RefusalKind.Conflict, "plugin.already_installed");
            if (step.Text is null)
                return ([.. ModelCatalogue.VersionsOf(step.Slug!).Where(version => !version.Version.IsPrerelease)], null);
        }
        else if (plugin is null)
        {
            return No(RefusalKind.NotFound, "plugin.not_installed");
        }
        else if (step.Text is null)
        {
            return sets.UpdatesOf(plugin).ToList() is { Count: > 0 } newer ? (newer, null) : No(RefusalKind.Conflict, "update.not_newer");
        }

        if (ModelCatalogue.Find(step.Slug!, step.Text!) is not { } named)
            return No(RefusalKind.NotFound, "version.unknown");
        return plugin is null ? ([named], null) : named.Version.CompareTo(plugin.Version.Version) switch
        {
            0 => No(RefusalKind.Conflict, "update.not_newer"),
            < 0 => No(RefusalKind.Conflict, "update.downgrade"),
            _ => ([named], null),
        };
    }

    private static (IReadOnlyList<ModelVersion>, Expected.Refused) No(RefusalKind kind, string code) => ([], new Expected.Refused(kind, code));
}
