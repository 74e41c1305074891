namespace Berth.Host.Caches;

/// <summary>
/// What an entry says something about. Other bytes, or other rules, make another key: an entry is never out of date, it is
/// only not asked for any more.
/// </summary>
/// <param name="Plugin">The version that the content belongs to; what invalidation by plugin goes by.</param>
/// <param name="RuleSet">The version of the rules that were applied.</param>
/// <param name="Content">A digest, or a <see cref="ContentStamp"/> of the files on disk.</param>
internal readonly record struct ContentKey(PluginVersionId Plugin, int RuleSet, string Content)
{
    /// <summary>What a pattern is compared with.</summary>
    public string Name => $"{Plugin.Slug}/{Plugin.Version}";
}
