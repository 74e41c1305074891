using System.Security.Claims;
using Berth.Server;
using Berth.Server.Auth;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

// An application with users of its own takes Berth in: its cookie says who calls, Berth never sees a password.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
builder.Services.AddBerth(berth =>
{
    berth.Settings = berth.Settings with { DataDirectory = builder.Configuration["Data"] ?? "./data" };
    berth.UserOf = context => context.User.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
        ? new ExternalUser(id, context.User.Identity!.Name ?? id, [.. context.User.FindAll(ClaimTypes.Role).Select(role => role.Value)])
        : null;
});

var app = builder.Build();
app.UseAuthentication();

// The application's own routes, untouched by Berth.
app.MapGet("/", () => "A shop with plugins.");
app.MapPost("/login/{name}", async (HttpContext context, string name) =>
{
    var role = name == "owner" ? "admin" : "customer";
    var identity = new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, $"shop:{name}"), new(ClaimTypes.Name, name), new(ClaimTypes.Role, role)],
        CookieAuthenticationDefaults.AuthenticationScheme);
    await context.SignInAsync(new ClaimsPrincipal(identity));
});

// Berth's routes: installations, files and plugins' own endpoints at the root, the registry under a prefix.
app.MapBerth();
app.MapGroup("/registry").MapBerthRegistry();
app.Run();
