using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Berth.Data.Sessions;

/// <summary>The parameters that one type of object carries, the same for every dialect: flags and integers are 64 bit.</summary>
internal sealed class StatementParameters
{
    private static readonly ConcurrentDictionary<Type, StatementParameters> Known = new();
    private readonly Member[] _members;

    private StatementParameters(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && p.GetIndexParameters().Length == 0);
        _members = [.. properties.Select(p => new Member(p.Name, IsList(p.PropertyType), DbTypeOf(p), Getter(type, p)))];
        HasLists = _members.Any(m => m.IsList);
    }

    /// <summary>Whether the SQL text depends on how long a list is.</summary>
    public bool HasLists { get; }

    public static StatementParameters Of(Type type) => Known.GetOrAdd(type, static t => new StatementParameters(t));

    /// <summary>Adds the parameters to a new command. Lists are written out.</summary>
    public void Add(DbCommand command, object values)
    {
        foreach (var member in _members)
        {
            var value = member.Get(values);
            if (!member.IsList)
            {
                command.Parameters.Add(Create(command, member.Name, member.Type, value));
                continue;
            }

            var names = new List<string>();
            foreach (var item in (IEnumerable?)value ?? Array.Empty<object>())
            {
                var name = $"{member.Name}__{names.Count}";
                names.Add("@" + name);
                command.Parameters.Add(Create(command, name, member.Type, item));
            }

            // "IN (NULL)" is true for no row, on both dialects; "IN ()" is a syntax error on one of them.
            var list = names.Count == 0 ? "(NULL)" : $"({string.Join(", ", names)})";
            command.CommandText = Regex.Replace(
                command.CommandText, $@"\bIN @{Regex.Escape(member.Name)}\b", $"IN {list}", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Gives a command that <see cref="Add"/> has prepared new values.</summary>
    public void Set(DbCommand command, object values)
    {
        for (var i = 0; i < _members.Length; i++)
            command.Parameters[i].Value = Normalize(_members[i].Get(values));
    }

    private static DbParameter Create(DbCommand command, string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = Normalize(value);
        return parameter;
    }

    private static object Normalize(object? value) => value switch
    {
        null => DBNull.Value,
        string or long or double or byte[] => value,
        bool flag => flag ? 1L : 0L,
        int or short or byte or Enum => Convert.ToInt64(value),
        _ => throw new NotSupportedException($"A parameter of type {value.GetType().Name} has no column type. Pass text, a 64-bit integer, a double or bytes."),
    };

    private static DbType DbTypeOf(PropertyInfo property)
    {
        var type = property.PropertyType;
        if (IsList(type))
            type = type.IsArray ? type.GetElementType()! : type.GetGenericArguments().FirstOrDefault() ?? typeof(string);
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? DbType.String
            : type == typeof(double) ? DbType.Double
            : type == typeof(byte[]) ? DbType.Binary
            : DbType.Int64;
    }

    private static bool IsList(Type type) => type != typeof(string) && type != typeof(byte[]) && typeof(IEnumerable).IsAssignableFrom(type);

    private static Func<object, object?> Getter(Type type, PropertyInfo property)
    {
        var values = Expression.Parameter(typeof(object));
        var read = Expression.Property(Expression.Convert(values, type), property);
        return Expression.Lambda<Func<object, object?>>(Expression.Convert(read, typeof(object)), values).Compile();
    }

    private sealed record Member(string Name, bool IsList, DbType Type, Func<object, object?> Get);
}
