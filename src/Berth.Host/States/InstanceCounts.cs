namespace Berth.Host.States;

/// <summary>What one version did since the start, over all its loads.</summary>
internal sealed class InstanceCounts
{
    private const long EchoTime = 1000;

    private long _endedAt = -EchoTime - 1;
    private long _calls;
    private long _failures;
    private volatile string? _lastFailure;
    private volatile bool _hasHeldThread;

    public long Calls => Interlocked.Read(ref _calls);

    public long Failures => Interlocked.Read(ref _failures);

    public string? LastFailure => _lastFailure;

    /// <summary>Whether a call held a thread of the host past its time and could not be ended.</summary>
    public bool HasHeldThread => _hasHeldThread;

    public void AddHeldThread() => _hasHeldThread = true;

    public void AddCall() => Interlocked.Increment(ref _calls);

    public void AddFailure(string text)
    {
        Interlocked.Increment(ref _failures);
        if (Environment.TickCount64 - Volatile.Read(ref _endedAt) > EchoTime)
            _lastFailure = text;
    }

    /// <summary>Notes how a worker ended. The calls that it took along say less, and do not take its place.</summary>
    public void NoteEnd(string text)
    {
        Volatile.Write(ref _endedAt, Environment.TickCount64);
        _lastFailure = text;
    }

    /// <summary>Notes a failure that is no call's, for example of a load.</summary>
    public void Note(string text) => _lastFailure = text;
}
