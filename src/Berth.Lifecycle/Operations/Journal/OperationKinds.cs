namespace Berth.Lifecycle.Operations.Journal;

/// <summary>The kinds of operations and what their events are called.</summary>
internal static class OperationKinds
{
    public const string Install = "install";
    public const string Update = "update";
    public const string Rollback = "rollback";
    public const string Uninstall = "uninstall";
    public const string Enable = "enable";
    public const string Disable = "disable";
    public const string Pin = "pin";
    public const string Variant = "variant";
    public const string Grants = "grants";
    public const string Repair = "repair";
    public const string Configure = "configure";
    public const string ConfigureModule = "configure-module";

    /// <summary>CloudEvents type of the event that tells of success.</summary>
    public static string EventOf(string kind) => kind switch
    {
        Install => "berth.installation.installed",
        Update => "berth.installation.updated",
        Rollback => "berth.installation.rolled_back",
        Uninstall => "berth.installation.uninstalled",
        Enable => "berth.installation.enabled",
        Disable => "berth.installation.disabled",
        Pin => "berth.installation.pinned",
        Variant => "berth.installation.variant_chosen",
        Grants => "berth.installation.grants_changed",
        Repair => "berth.installation.repaired",
        Configure => "berth.installation.configured",
        ConfigureModule => "berth.module.configured",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such operation."),
    };

    /// <summary>CloudEvents type of the event that tells of a failure.</summary>
    public const string FailedEvent = "berth.operation.failed";

    /// <summary>Action in the audit.</summary>
    public static string ActionOf(string kind) => kind switch
    {
        Install => "plugin.install",
        Update => "plugin.update",
        Rollback => "plugin.rollback",
        Uninstall => "plugin.uninstall",
        Enable => "plugin.enable",
        Disable => "plugin.disable",
        Pin => "plugin.pin",
        Variant => "plugin.variant",
        Grants => "plugin.grants",
        Repair => "plugin.repair",
        Configure => "plugin.configure",
        ConfigureModule => "module.configure",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such operation."),
    };
}
