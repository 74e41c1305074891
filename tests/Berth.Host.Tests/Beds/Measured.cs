using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests.Beds;

/// <summary>Listens to the meters of one container and no other, and keeps every measurement.</summary>
internal sealed class Measured : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measurement> _all = new();

    public Measured(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name.StartsWith("Berth.", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Name and tags of everything that was measured, with the sum.</summary>
    public IReadOnlyDictionary<string, double> Sums => _all.GroupBy(one => one.Name).ToDictionary(group => group.Key, group => group.Sum(one => one.Value));

    /// <summary>How many measurements there were under this name.</summary>
    public int Count(string name) => _all.Count(one => one.Name == name);

    public IReadOnlyDictionary<string, double> Collect()
    {
        _all.Clear();
        _listener.RecordObservableInstruments();
        return Sums;
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _all.Enqueue(new Measurement($"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))}}}", value));

    private sealed record Measurement(string Name, double Value);
}
