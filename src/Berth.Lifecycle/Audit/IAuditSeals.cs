namespace Berth.Lifecycle.Audit;

/// <summary>The seals over the audit: whether it is still what was written.</summary>
public interface IAuditSeals
{
    /// <summary>Seals what was written until now, as far as it is decided.</summary>
    Task SealAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the whole audit and holds it against its seals; the last thing said is the verdict.</summary>
    /// <param name="expected">A head that was noted earlier and must still be in the chain, if one was.</param>
    IAsyncEnumerable<AuditFinding> VerifyAsync(AuditHead? expected = null, CancellationToken cancellationToken = default);
}

/// <summary>The end of the chain at some time. Whoever keeps one elsewhere can tell later that nothing before it was changed.</summary>
/// <param name="Sequence">The last number under the seal.</param>
/// <param name="Hash">The seal's hash.</param>
public sealed record AuditHead(long Sequence, string Hash);

/// <summary>What a verification says.</summary>
public abstract record AuditFinding
{
    private AuditFinding()
    {
    }

    /// <summary>So much was read so far.</summary>
    public sealed record Progress(long Seals, long Rows) : AuditFinding;

    /// <summary>Something is not as it was sealed.</summary>
    /// <param name="Code">Dotted.</param>
    /// <param name="From">The first number that it can be.</param>
    /// <param name="To">The last.</param>
    /// <param name="Message">For people.</param>
    public sealed record Fault(string Code, long From, long To, string Message) : AuditFinding;

    /// <summary>The end.</summary>
    /// <param name="IsIntact">Whether there was no fault.</param>
    /// <param name="Seals">Seals that were read.</param>
    /// <param name="Rows">Rows under them.</param>
    /// <param name="Unsealed">Rows that are too young to be sealed.</param>
    /// <param name="CutUpTo">Up to this number the retention took everything away; 0 for nothing.</param>
    /// <param name="Head">The end of the chain; <see langword="null"/> when nothing was sealed yet.</param>
    public sealed record Verdict(bool IsIntact, long Seals, long Rows, long Unsealed, long CutUpTo, AuditHead? Head) : AuditFinding;
}
