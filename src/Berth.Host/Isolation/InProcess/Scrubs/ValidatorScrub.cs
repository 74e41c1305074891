using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.Loader;

namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>DataAnnotations' Validator keeps the attributes of each type it has validated.</summary>
internal sealed class ValidatorScrub : IFrameworkScrub
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public string? Run(AssemblyLoadContext context)
    {
        var store = typeof(Validator).Assembly.GetType("System.ComponentModel.DataAnnotations.ValidationAttributeStore");
        var instance = store?.GetProperty("Instance", Any)?.GetValue(null);
        if (instance is null || store!.GetField("_typeStoreItems", Any)?.GetValue(instance) is not IDictionary items)
            return "ValidationAttributeStore._typeStoreItems is not there";
        TypeKeys.Remove(items, context);
        return null;
    }
}
