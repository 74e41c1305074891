using Berth.Packaging.Scanning;

namespace Berth.Host.Isolation;

/// <summary>What is said when code that would run in the host's own process uses what its manifest does not declare.</summary>
public static class DeclarationRules
{
    /// <summary>The code of the refusal.</summary>
    public const string Code = "capability.undeclared";

    /// <summary>Whether a version that is placed there is looked through.</summary>
    /// <param name="options">The host's options.</param>
    /// <param name="level">Where it runs.</param>
    /// <param name="trustLevel">How far it is trusted.</param>
    public static bool Apply(HostOptions options, string level, string trustLevel)
    {
        ArgumentNullException.ThrowIfNull(options);
        return string.Equals(level, IsolationLevels.None, StringComparison.Ordinal) && !options.UndeclaredUseTrustLevels.Contains(trustLevel);
    }

    /// <summary>Why, with what to do.</summary>
    /// <param name="id">Slug and version.</param>
    /// <param name="trustLevel">How far it is trusted.</param>
    /// <param name="found">What was found, at least one.</param>
    public static string Reason(PluginVersionId id, string trustLevel, IReadOnlyList<UndeclaredUse> found) =>
        $"{id} ({trustLevel}) would run in the host's own process and uses what its manifest does not declare. {UndeclaredUse.Sentence(found)} "
        + $"Ask its publisher to declare it, or let it run in a worker: berth isolation set plugin {id.Slug} process --reason …";

    /// <summary>What is told of code that is let in all the same, with what to do.</summary>
    /// <param name="id">Slug and version.</param>
    /// <param name="trustLevel">How far it is trusted.</param>
    /// <param name="found">What was found, at least one.</param>
    public static string LetIn(PluginVersionId id, string trustLevel, IReadOnlyList<UndeclaredUse> found) =>
        $"{id} ({trustLevel}) runs in the host's own process and uses what its manifest does not declare. {UndeclaredUse.Sentence(found)} "
        + "Its trust level is exempt by BERTH_UNDECLARED_USE. Declare it in security.capabilities; BERTH_UNDECLARED_USE=none refuses such code.";
}
