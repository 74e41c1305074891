using Berth.Lifecycle.Migration.Report;

namespace Berth.Lifecycle.Migration;

/// <summary>How a migration, or a part of one, ended.</summary>
public abstract record MigrationOutcome
{
    private MigrationOutcome()
    {
    }

    /// <summary>What would be done; nothing was.</summary>
    public sealed record Planned(MigrationReport Report) : MigrationOutcome;

    /// <summary>Everything of the plan is done, and has still to be verified.</summary>
    public sealed record Applied(MigrationReport Report) : MigrationOutcome;

    /// <summary>The last run is undone.</summary>
    public sealed record RolledBack(RollbackReport Report) : MigrationOutcome;

    /// <summary>Nothing was changed.</summary>
    /// <param name="Code">Stable and dotted.</param>
    /// <param name="Detail">Why, and what to do next.</param>
    public sealed record Refused(string Code, string Detail) : MigrationOutcome;
}
