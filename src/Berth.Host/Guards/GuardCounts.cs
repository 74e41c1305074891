namespace Berth.Host.Guards;

/// <summary>How often one guard of one version decided which way since the start, over all loads of the version.</summary>
internal sealed class GuardCounts
{
    private long _allowed;
    private long _denied;
    private long _failed;

    public long Allowed => Interlocked.Read(ref _allowed);

    public long Denied => Interlocked.Read(ref _denied);

    /// <summary>It threw, took too long, or could not be had.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public void Add(GuardVerdict verdict)
    {
        switch (verdict)
        {
            case GuardVerdict.Allowed:
                Interlocked.Increment(ref _allowed);
                break;
            case GuardVerdict.Refused { Why: GuardRefusal.Denied }:
                Interlocked.Increment(ref _denied);
                break;
            default:
                Interlocked.Increment(ref _failed);
                break;
        }
    }
}
