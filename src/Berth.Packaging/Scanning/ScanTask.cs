namespace Berth.Packaging.Scanning;

/// <summary>What a scanner has while it looks at one file: where to put findings, and how long it may go on.</summary>
/// <param name="limits">Bounds.</param>
/// <param name="declared">Capabilities that the manifest declares.</param>
/// <param name="findings">Where findings go.</param>
/// <param name="cancellationToken">Ends the scan.</param>
internal sealed class ScanTask(ScanLimits limits, IReadOnlyCollection<string> declared, FindingList findings, CancellationToken cancellationToken)
{
    private int _steps;

    public ScanLimits Limits => limits;

    public IReadOnlyCollection<string> Declared => declared;

    public FindingList Findings => findings;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>To be called in every loop over foreign input.</summary>
    /// <exception cref="OperationCanceledException">The time is up.</exception>
    public void Step()
    {
        if ((++_steps & 0x3FF) == 0)
            cancellationToken.ThrowIfCancellationRequested();
    }

    public void Add(Finding finding) => findings.Add(finding);
}
