using System.Collections.Concurrent;

namespace Berth.Registry.Publishing;

/// <summary>The publishes that this process is at, by what they publish and by id.</summary>
internal sealed class RunningPublishes
{
    private readonly ConcurrentDictionary<PublishKey, PublishRun> _byKey = new();
    private readonly ConcurrentDictionary<string, PublishRun> _byId = new(StringComparer.Ordinal);

    /// <summary>This process, in the lease of a publication: a process that starts anew is another one.</summary>
    public string Node { get; } = Guid.NewGuid().ToString("N");

    public IEnumerable<PublishRun> All => _byId.Values;

    public bool HasJournaled => _byId.Values.Any(run => run.IsJournaled);

    public PublishRun? Find(string id) => _byId.GetValueOrDefault(id);

    public PublishRun? Find(PublishKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>Adds a run, or gives the one of the same package that is under way.</summary>
    public PublishRun Join(PublishRun run)
    {
        var first = _byKey.GetOrAdd(run.Work.Key, run);
        if (first == run)
            _byId[run.Work.Id] = run;
        return first;
    }

    public void Remove(PublishRun run)
    {
        _byKey.TryRemove(KeyValuePair.Create(run.Work.Key, run));
        _byId.TryRemove(run.Work.Id, out _);
    }
}
