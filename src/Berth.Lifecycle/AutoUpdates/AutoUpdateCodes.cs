namespace Berth.Lifecycle.AutoUpdates;

/// <summary>Why a version is not put in force by itself, where it is not a refusal of the update.</summary>
internal static class AutoUpdateCodes
{
    public const string Policy = "auto_update.policy";
    public const string Capabilities = "auto_update.capabilities";
    public const string Settings = "auto_update.settings";
    public const string ComesAlong = "auto_update.comes_along";
    public const string Deprecated = "auto_update.deprecated";
    public const string Yanked = "auto_update.yanked";
    public const string Private = "auto_update.private";
    public const string RolledBack = "auto_update.rolled_back";
    public const string GivenUp = "auto_update.given_up";
    public const string CoolingDown = "update.cooling_down";
}
