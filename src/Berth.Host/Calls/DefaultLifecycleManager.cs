namespace Berth.Host.Calls;

/// <summary>The declarative default: documents are carried over unchanged, everything else is the manifest's.</summary>
internal sealed class DefaultLifecycleManager : LifecycleManager;
