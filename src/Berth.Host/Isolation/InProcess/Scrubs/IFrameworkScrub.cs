using System.Runtime.Loader;

namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>Removes a plugin's types from one cache of the framework that would keep them alive.</summary>
internal interface IFrameworkScrub
{
    /// <summary>Runs while the context is alive. Returns why it was skipped: a field that is not there in this framework.</summary>
    string? Run(AssemblyLoadContext context);
}
