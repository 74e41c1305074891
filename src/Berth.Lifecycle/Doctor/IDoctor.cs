namespace Berth.Lifecycle.Doctor;

/// <summary>
/// Looks whether everything fits together: rows, modules, manifests, files, recovery records, journal, packages. Works
/// beside a running server: what an operation under way could explain is looked at again before it is reported.
/// </summary>
public interface IDoctor
{
    /// <summary>
    /// Examines everything; with <see cref="DoctorRequest.Fix"/> repairs what can be repaired as soon as it is found. Before:
    /// anything. After: each finding was reported, and each that says so is repaired. After a failure: what was repaired is.
    /// </summary>
    IAsyncEnumerable<DoctorEvent> ExamineAsync(DoctorRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the rows again from the recovery records and the store, for a database that is gone. Before: no server runs; the
    /// database is empty, or holds rows that are kept. After: every user with a record is there under the same id, without a
    /// password, and has the plugins of the record at their versions. Documents and settings were only in the database.
    /// </summary>
    IAsyncEnumerable<DoctorEvent> RebuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>What to do.</summary>
/// <param name="Fix">Repair what can be repaired.</param>
/// <param name="IsAlone">No server runs on this data: every operation of this node that runs according to the journal is dead.</param>
public sealed record DoctorRequest(bool Fix = false, bool IsAlone = false)
{
    /// <summary>How often something is looked at before it counts as a finding while other things run.</summary>
    internal int MostLooks { get; init; } = 4;
}

/// <summary>What an examination says while it goes on.</summary>
public abstract record DoctorEvent
{
    private DoctorEvent()
    {
    }

    /// <summary>How far it is.</summary>
    /// <param name="Check">Which check runs.</param>
    /// <param name="Done">How many subjects it has looked at.</param>
    public sealed record Progress(string Check, long Done) : DoctorEvent;

    /// <summary>Something does not fit.</summary>
    public sealed record Found(Finding Finding) : DoctorEvent;

    /// <summary>The end.</summary>
    /// <param name="Findings">Warnings and errors.</param>
    /// <param name="Fixed">How many of them are repaired.</param>
    /// <param name="Notes">Leftovers that the next start or cleanup takes by itself; they count as nothing found.</param>
    /// <param name="Rebuilt">Rows of users and installations that a rebuild made.</param>
    public sealed record Ended(int Findings, int Fixed, int Notes, long Rebuilt = 0) : DoctorEvent
    {
        /// <summary>Warnings and errors that are still there.</summary>
        public int Remaining => Findings - Fixed;
    }
}

/// <summary>Something that does not fit.</summary>
/// <param name="Code">Stable and dotted, <c>doctor.…</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What it is about: a version, an installation, a user, a digest, a path below the data folder.</param>
/// <param name="Explanation">What was found and what it means.</param>
/// <param name="Remedy">What repairs it.</param>
/// <param name="IsFixed">Whether it is repaired.</param>
/// <param name="Done">What was done, or why it could not be.</param>
public sealed record Finding(
    string Code, FindingSeverity Severity, string Subject, string Explanation, string Remedy, bool IsFixed = false, string? Done = null);

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>A leftover that goes by itself.</summary>
    Note,

    /// <summary>It works, but something is not as it should be.</summary>
    Warning,

    /// <summary>Something does not work, or is lost.</summary>
    Error,
}
