namespace Berth.Lifecycle.Doctor;

/// <summary>Looks at one kind of thing.</summary>
internal interface IDoctorCheck
{
    /// <summary>In progress events, for example <c>store</c>.</summary>
    string Name { get; }

    /// <summary>What does not fit.</summary>
    IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, CancellationToken cancellationToken);
}

/// <summary>A finding with what repairs it.</summary>
/// <param name="Finding">What was found.</param>
/// <param name="Fix">Repairs it and answers what it did; <see langword="null"/> from it tells that it could not.</param>
internal sealed record Ailment(Finding Finding, Func<CancellationToken, Task<string?>>? Fix = null);

/// <summary>One examination.</summary>
internal sealed class DoctorScope(DoctorRequest request, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    public DoctorRequest Request => request;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>How many subjects the check has looked at.</summary>
    public long Done { get; set; }

    /// <summary>
    /// Whether something is still so when it is looked at again: an operation between its commit and its record, or a version
    /// between its rename and its row, is no finding. When nothing else runs, once is enough.
    /// </summary>
    public async Task<bool> PersistsAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            if (!await isSo())
                return false;
            if (request.IsAlone || look >= request.MostLooks)
                return true;
            await Task.Delay(Pause, time, cancellationToken);
        }
    }
}
