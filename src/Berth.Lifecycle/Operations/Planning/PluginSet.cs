using System.Diagnostics.CodeAnalysis;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>A set on its way: what is installed, and above it what was decided, in order of decision.</summary>
internal sealed class PluginSet(IReadOnlyDictionary<string, SetNode> installed)
{
    private readonly List<SetNode> _decided = [];
    private readonly Dictionary<string, SetNode> _bySlug = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is decided: to be installed or updated.</summary>
    public IReadOnlyList<SetNode> Decided => _decided;

    /// <summary>What is installed and stays as it is, ordered by slug.</summary>
    public IEnumerable<SetNode> Kept => installed.Values.Where(node => !_bySlug.ContainsKey(node.Slug)).OrderBy(node => node.Slug, StringComparer.OrdinalIgnoreCase);

    public bool TryFind(string slug, [NotNullWhen(true)] out SetNode? node) =>
        _bySlug.TryGetValue(slug, out node) || installed.TryGetValue(slug, out node);

    /// <summary>The installed version, also when another one was decided.</summary>
    public SetNode? InstalledOf(string slug) => installed.GetValueOrDefault(slug);

    public void Decide(SetNode node)
    {
        _decided.Add(node);
        _bySlug.Add(node.Slug, node);
    }

    public void TakeBack() => LeaveOut(_decided[^1]);

    /// <summary>Undoes a decision, whenever it was taken.</summary>
    public void LeaveOut(SetNode node)
    {
        _bySlug.Remove(node.Slug);
        _decided.Remove(node);
    }
}
