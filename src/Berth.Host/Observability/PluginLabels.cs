using System.Collections.Concurrent;

namespace Berth.Host.Observability;

/// <summary>
/// The values of the label <c>plugin_slug</c>, at most as many as the options permit: whoever collects metrics keeps every
/// value for ever, and slugs are made by users. First come, first served; what comes later is counted under
/// <see cref="Other"/>, so that sums stay true.
/// </summary>
public sealed class PluginLabels(MetricsOptions options)
{
    /// <summary>The label of all plugins that have none of their own.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _labels = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>The label of a plugin that is there, in its canonical spelling.</summary>
    public string Of(string slug) => _labels.TryGetValue(slug, out var label) ? label : Add(slug);

    /// <summary>The label of what somebody asked for: a plugin that has none yet may not exist, and gets none for being asked for.</summary>
    public string OfAsked(string slug) => _labels.TryGetValue(slug, out var label) ? label : Other;

    /// <summary>Counts a plugin among the others from now on, because its manifest wants no metrics.</summary>
    internal void Hide(string slug) => _labels[slug] = Other;

    private string Add(string slug)
    {
        lock (_gate)
        {
            return _labels.Count < options.MostPlugins ? _labels.GetOrAdd(slug, slug) : OfAsked(slug);
        }
    }
}
