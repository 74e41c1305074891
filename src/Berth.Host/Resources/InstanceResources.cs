using System.Runtime.ExceptionServices;

namespace Berth.Host.Resources;

/// <summary>What one instance holds besides its container, and what ends with it: timers, connections, whatever the plugin hands over.</summary>
internal sealed class InstanceResources
{
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _owned = [];
    private readonly HashSet<OwnedTimer> _timers = [];
    private readonly InstanceHttp _http = new();
    private bool _isReleased;

    public InstanceResources(TimeProvider time) => Time = new OwnedTime(this, time);

    /// <summary>The clock of the plugin's container.</summary>
    public TimeProvider Time { get; }

    /// <summary>The connections of the plugin's HTTP calls.</summary>
    public InstanceHttp Http => _http;

    public int Timers
    {
        get
        {
            lock (_gate)
                return _timers.Count;
        }
    }

    public int Owned
    {
        get
        {
            lock (_gate)
                return _owned.Count;
        }
    }

    /// <summary>Takes it over; disposes it at once when the instance is gone already.</summary>
    public void Own(IDisposable resource)
    {
        lock (_gate)
        {
            if (!_isReleased)
            {
                _owned.Add(resource);
                return;
            }
        }

        resource.Dispose();
    }

    /// <summary>Follows a timer from now on. Returns whether it may run.</summary>
    public bool Add(OwnedTimer timer)
    {
        lock (_gate)
            return !_isReleased && (_timers.Add(timer) || true);
    }

    public void Remove(OwnedTimer timer)
    {
        lock (_gate)
            _timers.Remove(timer);
    }

    /// <summary>
    /// Ends everything, the newest first: timers, so that no callback meets what is gone, then what was handed over, then the
    /// connections. Goes on whatever the plugin's objects throw, and throws the first of it at the end.
    /// </summary>
    public void Release()
    {
        IDisposable[] ending;
        lock (_gate)
        {
            _isReleased = true;
            ending = [.. _timers, .. Enumerable.Reverse(_owned), _http];
            _timers.Clear();
            _owned.Clear();
        }

        ExceptionDispatchInfo? first = null;
        foreach (var resource in ending)
        {
            try
            {
                resource.Dispose();
            }
            catch (Exception exception)
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        first?.Throw();
    }
}
