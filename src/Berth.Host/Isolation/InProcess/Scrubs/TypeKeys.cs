using System.Collections;
using System.Reflection;
using System.Runtime.Loader;

namespace Berth.Host.Isolation.InProcess.Scrubs;

/// <summary>Removes the entries of a framework's dictionary whose key, a type or a member of one, belongs to a context.</summary>
internal static class TypeKeys
{
    /// <summary>Returns how many were removed.</summary>
    public static int Remove(IDictionary cache, AssemblyLoadContext context)
    {
        var keys = cache.Keys.Cast<object>().Where(key => (key as Type ?? (key as MemberInfo)?.ReflectedType) is { } type && IsOf(type, context)).ToList();
        foreach (var key in keys)
            cache.Remove(key);
        return keys.Count;
    }

    /// <summary>Whether the type, or what it is an array or a generic instance of, comes from the context.</summary>
    public static bool IsOf(Type type, AssemblyLoadContext context) =>
        AssemblyLoadContext.GetLoadContext(type.Assembly) == context
        || (type.HasElementType && IsOf(type.GetElementType()!, context))
        || (type.IsGenericType && type.GetGenericArguments().Any(argument => IsOf(argument, context)));
}
