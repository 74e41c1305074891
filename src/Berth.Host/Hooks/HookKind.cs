namespace Berth.Host.Hooks;

/// <summary>The points at which a plugin's own hooks run.</summary>
internal enum HookKind
{
    /// <summary>Configured, nothing started; a failure ends the load.</summary>
    BeforeLoad,

    /// <summary>It takes calls.</summary>
    AfterLoad,

    /// <summary>It drains.</summary>
    BeforeUnload,

    /// <summary>It has stopped; its services are still there.</summary>
    AfterUnload,

    /// <summary>A call failed.</summary>
    OnError,
}
