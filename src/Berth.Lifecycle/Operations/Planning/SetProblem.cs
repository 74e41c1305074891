namespace Berth.Lifecycle.Operations.Planning;

/// <summary>What is wished for, from where: find the versions that together give one plugin to one user.</summary>
/// <param name="Installed">What the user has, by slug without regard to case.</param>
/// <param name="Root">The versions that the wish means, in order of preference; never empty.</param>
/// <param name="OptionsOf">What a plugin could be brought to, or <see langword="null"/> when nobody has asked for that yet.</param>
internal sealed record SetProblem(
    IReadOnlyDictionary<string, SetNode> Installed, IReadOnlyList<SetNode> Root, Func<string, SetOptions?> OptionsOf);

/// <summary>What a plugin could be brought to.</summary>
/// <param name="Nodes">In order of preference; for an installed plugin only newer ones than the installed.</param>
/// <param name="Trouble">Why the list may be shorter than it should be: the registry does not answer.</param>
internal sealed record SetOptions(IReadOnlyList<SetNode> Nodes, RefusalReason? Trouble = null);

/// <summary>How looking for a set ended.</summary>
internal abstract record SetOutcome
{
    private SetOutcome()
    {
    }

    /// <summary>These versions, put in force in this order: what others need comes first.</summary>
    public sealed record Found(PluginSet Set, SetNode Root, IReadOnlyList<SetNode> Order) : SetOutcome;

    /// <summary>There is no such set; these are the reasons.</summary>
    public sealed record Impossible(IReadOnlyList<RefusalReason> Reasons) : SetOutcome;

    /// <summary>The options of another plugin are needed first.</summary>
    public sealed record Needs(string Slug) : SetOutcome;
}
