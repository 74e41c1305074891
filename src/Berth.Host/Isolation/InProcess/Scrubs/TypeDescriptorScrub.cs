using System.Collections;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.Loader;

namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>TypeDescriptor keeps a provider and reflected data for each type it was asked about, also through TypeConverter.</summary>
internal sealed class TypeDescriptorScrub : IFrameworkScrub
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public string? Run(AssemblyLoadContext context)
    {
        if (typeof(TypeDescriptor).GetField("s_providerTable", Any)?.GetValue(null) is not IDictionary nodes)
            return "TypeDescriptor.s_providerTable is not there";
        var reflecting = typeof(TypeDescriptor).Assembly.GetType("System.ComponentModel.ReflectTypeDescriptionProvider");
        if (reflecting is null)
            return "ReflectTypeDescriptionProvider is not there";
        if (typeof(TypeDescriptor).GetField("s_commonSyncObject", Any)?.GetValue(null) is not { } gate)
            return "TypeDescriptor.s_commonSyncObject is not there";

        // Under the framework's own lock: these are hash tables with one writer at a time.
        lock (gate)
        {
            // The node of System.Object holds the reflecting provider, and that one the data of all types.
            foreach (var node in nodes.Values.Cast<object>().ToList())
                ScrubProviders(node, context);
            ScrubStatics(typeof(TypeDescriptor), context);
            ScrubStatics(reflecting, context);
        }

        return null;
    }

    private static void ScrubStatics(Type holder, AssemblyLoadContext context)
    {
        foreach (var field in holder.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
        {
            if (field.GetValue(null) is IDictionary cache)
                TypeKeys.Remove(cache, context);
        }
    }

    private static void ScrubProviders(object? node, AssemblyLoadContext context)
    {
        while (node is not null)
        {
            var provider = node.GetType().GetField("Provider", Any)?.GetValue(node);
            if (provider?.GetType().GetField("_typeData", Any)?.GetValue(provider) is IDictionary data)
                TypeKeys.Remove(data, context);
            node = node.GetType().GetField("Next", Any)?.GetValue(node);
        }
    }
}
