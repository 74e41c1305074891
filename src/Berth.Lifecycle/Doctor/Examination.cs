using System.Runtime.CompilerServices;
using Berth.Data.Sessions;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Doctor;

/// <summary>Runs the checks one after another, repairs what it is asked to, and tells about it.</summary>
internal sealed class Examination(
    DatabaseCheck database, JournalCheck journal, StoreCheck store, InstallationsCheck installations, GenerationsCheck generations,
    RecordsCheck records, PackagesCheck packages, StrayFilesCheck strays, Rebuild rebuild, TimeProvider time) : IDoctor
{
    // The journal before the rows: what a dead operation left is taken back with it. The store before the rows: they need it.
    private readonly IReadOnlyList<IDoctorCheck> _checks = [database, journal, packages, store, installations, generations, records, strays];

    public async IAsyncEnumerable<DoctorEvent> ExamineAsync(DoctorRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (findings, repaired, notes) = (0, 0, 0);
        foreach (var check in _checks)
        {
            var scope = new DoctorScope(request, time);
            yield return new DoctorEvent.Progress(check.Name, 0);
            await foreach (var ailment in check.RunAsync(scope, cancellationToken))
            {
                var finding = request.Fix && ailment.Fix is { } fix ? await FixAsync(ailment.Finding, fix, cancellationToken) : ailment.Finding;
                if (finding.Severity == FindingSeverity.Note)
                    notes++;
                else
                    findings++;
                if (finding is { IsFixed: true, Severity: not FindingSeverity.Note })
                    repaired++;
                yield return new DoctorEvent.Found(finding);
            }

            yield return new DoctorEvent.Progress(check.Name, scope.Done);
        }

        yield return new DoctorEvent.Ended(findings, repaired, notes);
    }

    public IAsyncEnumerable<DoctorEvent> RebuildAsync(CancellationToken cancellationToken = default) => rebuild.RunAsync(cancellationToken);

    /// <summary>A repair that fails is told with its reason, and the examination goes on.</summary>
    private static async Task<Finding> FixAsync(Finding finding, Func<CancellationToken, Task<string?>> fix, CancellationToken cancellationToken)
    {
        try
        {
            return await fix(cancellationToken) is { } done
                ? finding with { IsFixed = true, Done = done }
                : finding with { Done = "It could not be repaired automatically." };
        }
        catch (Exception exception) when (exception is StoreException or PackageSourceUnavailableException or DatabaseUnavailableException or DatabaseConstraintException || StoreFaults.IsDisk(exception))
        {
            return finding with { Done = $"It could not be repaired: {(StoreFaults.IsDisk(exception) ? StoreFaults.Of(exception, "It").Message : exception.Message)}" };
        }
    }
}
