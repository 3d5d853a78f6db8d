import { addKnowledge } from "./admin/add-knowledge.ts";
import { searchKnowledge } from "./admin/search-knowledge.ts";
import { analyzeBudget } from "./budget/analyze-budget.ts";
import { categorizeTransaction } from "./budget/categorize-transaction.ts";
import { compareVsBudget } from "./budget/compare-vs-budget.ts";
import { createExpense } from "./budget/create-expense.ts";
import { exportBudgetReport } from "./budget/export-budget-report.ts";
import { findSavingsOpportunities } from "./budget/find-savings-opportunities.ts";
import { getSpendingSummary } from "./budget/get-spending-summary.ts";
import { predictEndOfMonth } from "./budget/predict-end-of-month.ts";
import { trackSavings } from "./budget/track-savings.ts";
import { updateBudget } from "./budget/update-budget.ts";
import { createCalendarEvent } from "./calendar/create-calendar-event.ts";
import { deleteCalendarEvent } from "./calendar/delete-calendar-event.ts";
import { getCalendarEvents } from "./calendar/get-calendar-events.ts";
import { updateCalendarEvent } from "./calendar/update-calendar-event.ts";
import { scanFuelReceipt } from "./fuel/scan-fuel-receipt.ts";
import { getEmergencyInfo } from "./medical/get-emergency-info.ts";
import { getMedicalRecords } from "./medical/get-medical-records.ts";
import { getMedications } from "./medical/get-medications.ts";
import { searchMedicalRecords } from "./medical/search-medical-records.ts";
import { createVehicle } from "./profile/create-vehicle.ts";
import { exportData } from "./profile/export-data.ts";
import { getUserStats } from "./profile/get-user-stats.ts";
import { managePrivacy } from "./profile/manage-privacy.ts";
import { updateProfile } from "./profile/update-profile.ts";
import { updateSettings } from "./profile/update-settings.ts";
import { webSearch } from "./search/web-search.ts";
import { findLongstayParks } from "./seasonal/find-longstay-parks.ts";
import { seasonalWeatherCheck } from "./seasonal/seasonal-weather-check.ts";
import { suggestSeasonalRoute } from "./seasonal/suggest-seasonal-route.ts";
import { getProductDetails } from "./shop/get-product-details.ts";
import { recommendProducts } from "./shop/recommend-products.ts";
import { searchProducts } from "./shop/search-products.ts";
import { commentOnPost } from "./social/comment-on-post.ts";
import { createEvent } from "./social/create-event.ts";
import { createPost } from "./social/create-post.ts";
import { findNearbyRvers } from "./social/find-nearby-rvers.ts";
import { followUser } from "./social/follow-user.ts";
import { getFeed } from "./social/get-feed.ts";
import { likePost } from "./social/like-post.ts";
import { messageFriend } from "./social/message-friend.ts";
import { searchPosts } from "./social/search-posts.ts";
import { shareLocation } from "./social/share-location.ts";
import type { Tool } from "./tool.ts";
import { calculateGasCost } from "./trip/calculate-gas-cost.ts";
import { estimateTravelTime } from "./trip/estimate-travel-time.ts";
import { findAttractions } from "./trip/find-attractions.ts";
import { findCheapGas } from "./trip/find-cheap-gas.ts";
import { findRvParks } from "./trip/find-rv-parks.ts";
import { getRoadConditions } from "./trip/get-road-conditions.ts";
import { getWeatherForecast } from "./trip/get-weather-forecast.ts";
import { optimizeRoute } from "./trip/optimize-route.ts";
import { planTrip } from "./trip/plan-trip.ts";
import { saveFavoriteSpot } from "./trip/save-favorite-spot.ts";
import { updateVehicleFuelConsumption } from "./trip/update-vehicle-fuel-consumption.ts";

/** Every tool, in the legacy's order: the prefilter fills its places in it. */
export const CORE_TOOLS: readonly Tool[] = [
  createExpense,
  trackSavings,
  analyzeBudget,
  getSpendingSummary,
  updateBudget,
  compareVsBudget,
  predictEndOfMonth,
  findSavingsOpportunities,
  categorizeTransaction,
  exportBudgetReport,
  planTrip,
  findRvParks,
  getWeatherForecast,
  calculateGasCost,
  findCheapGas,
  optimizeRoute,
  getRoadConditions,
  findAttractions,
  estimateTravelTime,
  saveFavoriteSpot,
  updateVehicleFuelConsumption,
  scanFuelReceipt,
  suggestSeasonalRoute,
  findLongstayParks,
  seasonalWeatherCheck,
  createPost,
  messageFriend,
  commentOnPost,
  searchPosts,
  getFeed,
  likePost,
  followUser,
  shareLocation,
  findNearbyRvers,
  createEvent,
  updateProfile,
  updateSettings,
  managePrivacy,
  getUserStats,
  exportData,
  createVehicle,
  addKnowledge,
  searchKnowledge,
  getMedicalRecords,
  searchMedicalRecords,
  getMedications,
  getEmergencyInfo,
  createCalendarEvent,
  updateCalendarEvent,
  deleteCalendarEvent,
  getCalendarEvents,
  searchProducts,
  getProductDetails,
  recommendProducts,
  webSearch,
];
