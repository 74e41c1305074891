namespace Berth.Lifecycle.AutoUpdates;

/// <summary>How it stands with an installation that is updated by itself.</summary>
public static class AutoUpdateState
{
    /// <summary>There is nothing newer that it could be updated to.</summary>
    public const string Current = "current";

    /// <summary>The version in force came by itself.</summary>
    public const string Updated = "updated";

    /// <summary>A newer version waits for the cool-down of its trust level's policy.</summary>
    public const string CoolingDown = "cooling_down";

    /// <summary>A newer version is for the user to decide on.</summary>
    public const string Withheld = "withheld";

    /// <summary>The update failed and will be tried again.</summary>
    public const string Failed = "failed";

    /// <summary>The update failed so often that this version is not tried again.</summary>
    public const string GivenUp = "given_up";
}
