using System.Collections.Concurrent;
using Berth.Events;
using Berth.Host.Events;

namespace Berth.Host.Services.CrossPlugin;

/// <summary>Who offers what, who uses whom, and who was refused: for administrators, and for the events.</summary>
internal sealed class ServiceDirectory(IHostEvents events, TimeProvider time) : IServiceDirectory
{
    // A plugin may ask for any text as a token, in a loop: what it asked for is told now and then, and counted always.
    private const int MostRefusals = 1_000;
    private static readonly TimeSpan BetweenRefusals = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<PluginVersionId, IReadOnlyList<string>> _offers = new();
    private readonly ConcurrentDictionary<(PluginVersionId Consumer, string Token, PluginVersionId Provider), BindingCounts> _bindings = new();
    private readonly ConcurrentDictionary<(PluginVersionId Consumer, string Token, string Code), RefusalCounts> _refusals = new();

    public ServiceDirectorySnapshot Snapshot() => new(
        [.. _offers.SelectMany(offer => offer.Value.Select(token => new ServiceOffer(token, offer.Key))).OrderBy(offer => offer.Token, StringComparer.Ordinal).ThenBy(offer => offer.Provider.ToString(), StringComparer.Ordinal)],
        [.. _bindings.Select(pair => new ServiceUse(pair.Key.Consumer, pair.Key.Token, pair.Key.Provider, pair.Value.Calls, pair.Value.Failures))
            .OrderBy(use => use.Token, StringComparer.Ordinal).ThenBy(use => use.Consumer.ToString(), StringComparer.Ordinal).ThenBy(use => use.Provider.ToString(), StringComparer.Ordinal)],
        [.. _refusals.Select(pair => new ServiceRefusals(pair.Key.Consumer, pair.Key.Token, pair.Key.Code, pair.Value.Count, pair.Value.Reason))
            .OrderBy(refusal => refusal.Consumer.ToString(), StringComparer.Ordinal).ThenBy(refusal => refusal.Token, StringComparer.Ordinal)]);

    /// <summary>A version runs and offers services.</summary>
    public void Offered(PluginVersionId provider, IReadOnlyList<string> tokens)
    {
        // A reload offers what was offered before.
        var before = _offers.GetValueOrDefault(provider);
        if (tokens.Count == 0 || (before is not null && before.SequenceEqual(tokens, StringComparer.Ordinal)))
            return;
        _offers[provider] = tokens;
        foreach (var token in tokens)
            events.Raise(new ServiceOffered(provider.Slug, provider.Version, token), provider);
    }

    /// <summary>A version runs no more. Who used it keeps their counts until they are gone themselves.</summary>
    public void Withdrawn(PluginVersionId provider, string reason)
    {
        foreach (var gone in _bindings.Keys.Where(binding => binding.Consumer == provider).ToList())
            _bindings.TryRemove(gone, out _);
        if (!_offers.TryRemove(provider, out var tokens))
            return;
        foreach (var token in tokens)
            events.Raise(new ServiceWithdrawn(provider.Slug, provider.Version, token, reason), provider);
    }

    public void Bound(PluginVersionId consumer, string token, PluginVersionId provider)
    {
        var key = (consumer, token, provider);
        if (!_bindings.ContainsKey(key) && _bindings.TryAdd(key, new BindingCounts()))
            events.Raise(new ServiceBound(consumer.Slug, consumer.Version, token, provider.Slug, provider.Version), consumer);
    }

    public void Called(PluginVersionId consumer, string token, PluginVersionId provider, bool hasFailed)
    {
        if (_bindings.TryGetValue((consumer, token, provider), out var counts))
            counts.Add(hasFailed);
    }

    public void Refused(PluginVersionId consumer, string token, ServiceRefusal refusal, string userId)
    {
        var key = (consumer, token, refusal.Code);
        if (_refusals.Count >= MostRefusals && !_refusals.ContainsKey(key))
            key = (consumer, "*", refusal.Code);
        if (_refusals.GetOrAdd(key, static _ => new RefusalCounts()).Add(refusal.Reason, time, BetweenRefusals))
            events.Raise(new ServiceRefused(consumer.Slug, consumer.Version, token, refusal.Code, refusal.Reason), consumer, userId);
    }

    private sealed class BindingCounts
    {
        private long _calls;
        private long _failures;

        public long Calls => Interlocked.Read(ref _calls);

        public long Failures => Interlocked.Read(ref _failures);

        public void Add(bool hasFailed)
        {
            Interlocked.Increment(ref _calls);
            if (hasFailed)
                Interlocked.Increment(ref _failures);
        }
    }

    private sealed class RefusalCounts
    {
        private readonly Lock _gate = new();
        private long? _told;

        public long Count { get; private set; }

        public string Reason { get; private set; } = "";

        /// <summary>Returns whether it is time to tell of it.</summary>
        public bool Add(string reason, TimeProvider time, TimeSpan between)
        {
            lock (_gate)
            {
                Count++;
                Reason = reason;
                if (_told is { } told && time.GetElapsedTime(told) < between)
                    return false;
                _told = time.GetTimestamp();
                return true;
            }
        }
    }
}
